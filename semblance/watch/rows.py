"""Many streams: one line each, as much of it as the terminal is wide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from semblance.watch.looks import EMOTION_LOOKS
from semblance.watch.words import faces

if TYPE_CHECKING:
    from semblance.watch.board import Gauge, Row
    from semblance.watch.layout import Lines
    from semblance.watch.words import Pen

LONGEST_BAR = 40
SHORTEST_BAR = 8
_OPTIONAL = (("mix", 9), ("faces", 9), ("bar", SHORTEST_BAR + 1), ("cover", 6), ("age", 12))
"""Columns that come where there is room, the most telling first, with the cells they take."""

_CORE = 16
"""Cells of the dominant emotion and its score."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Cells of the names of stream and window and of the bar, and which other columns there are."""

    name: int
    window: int
    bar: int
    shown: frozenset[str]


def rows(pen: Pen, layout: Lines, width: int) -> list[Text]:
    """Headings, and the streams that fit; lines of `width` cells at most."""
    streams = pen.board.ordered()
    windows = [window.name for window in pen.board.windows[: layout.windows]] or [""]
    columns = _columns([name for name, _ in streams], windows, width)
    lines = [_headings(pen, columns)]
    for name, row in streams[layout.first : layout.first + layout.streams]:
        lines += _stream(pen, name, row, windows, columns)
    return [pen.fit(line, width) for line in lines]


def _columns(names: list[str], windows: list[str], width: int) -> _Columns:
    name = min(max(6, *(len(one) for one in names)), max(8, width // 3), 32)
    window = min(max(len(one) for one in windows), 8)
    left = width - 2 - name - 1 - window - 1 - _CORE
    shown = set()
    for column, cells in _OPTIONAL:
        if cells <= left:
            shown.add(column)
            left -= cells
    bar = min(LONGEST_BAR, SHORTEST_BAR + left) if "bar" in shown else 0
    return _Columns(name, window, bar, frozenset(shown))


def _headings(pen: Pen, columns: _Columns) -> Text:
    line = Text(f"  {'stream':<{columns.name + columns.window + 2}} {'':<10} mean", style="dim")
    if "bar" in columns.shown:
        line.append(" " * (columns.bar + 1))
    if "mix" in columns.shown:
        line.append(" ")
        for look in EMOTION_LOOKS.values():
            line.append(pen.brush.sign(look), style=look.style)
    if "faces" in columns.shown:
        line.append("    faces")
    if "cover" in columns.shown:
        line.append(" cover")
    if "age" in columns.shown:
        line.append("      newest")
    return line


def _stream(pen: Pen, name: str, row: Row, windows: list[str], columns: _Columns) -> list[Text]:
    """One line where there is nothing to say of its windows, and otherwise one for each of them."""
    state = pen.state(row)
    line = Text.assemble(
        (state.plain[:2], state.style), Text(pen.name(name, columns.name), style="bold"), " "
    )
    if row.status is None or row.status.state != "running":
        return _trouble(pen, row, line, len(windows))
    lines = [line, *(Text(" " * line.cell_len) for _ in windows[1:])]
    for one, window in zip(lines, windows, strict=True):
        one.append(f"{window:<{columns.window}.{columns.window}} ", style="dim")
        one.append_text(_window(pen, row.gauges.get(window), columns))
    return lines


def _window(pen: Pen, gauge: Gauge | None, columns: _Columns) -> Text:
    if gauge is None:
        return Text("waiting for its first window", style="dim")
    if pen.board.is_stale(gauge.summary, pen.moment.utc):
        return Text.assemble(pen.age(gauge.summary), "  ", pen.dominant(gauge.summary))
    return _scores(pen, gauge, columns)


def _trouble(pen: Pen, row: Row, line: Text, height: int) -> list[Text]:
    """The state in a word, since when and why; the reason on a line of its own where there is one."""
    indent, state = line.cell_len, pen.state(row)
    line.append(state.plain[2:], style=state.style)
    if row.status is None:
        return [line, *(Text("") for _ in range(height - 1))]
    line.append(f" {pen.since(row.status)}", style="dim")
    why = Text("" if row.status.error is None else row.status.error.message, style="yellow")
    if height == 1:
        return [Text.assemble(line, " ", why)]
    return [line, Text.assemble(" " * indent, why), *(Text("") for _ in range(height - 2))]


def _scores(pen: Pen, gauge: Gauge, columns: _Columns) -> Text:
    summary = gauge.summary
    line = Text.assemble(pen.fit(pen.dominant(summary), 11))
    top = summary.dominant or ""
    mean = (summary.means or {}).get(top)
    line.append(f"{'' if mean is None else f'{mean:.0%}':>5}")
    if "bar" in columns.shown:
        look = EMOTION_LOOKS.get(top)
        bar = pen.brush.bar(gauge.levels.get(top, 0.0) if mean is not None else 0.0, columns.bar)
        line.append(f" {bar}", style=look.style if look else "dim")
    if "mix" in columns.shown:
        line.append(" ").append_text(_mix(pen, gauge))
    if "faces" in columns.shown:
        line.append(f"{faces(summary.tracks):>9}")
    if "cover" in columns.shown:
        line.append(f"{summary.coverage:>6.0%}")
    if "age" in columns.shown:
        age = pen.age(summary)
        line.append(f"{age.plain:>12}", style=age.style)
    return line


def _mix(pen: Pen, gauge: Gauge) -> Text:
    """All eight emotions, a cell each."""
    if gauge.summary.means is None:
        return Text(" " * len(EMOTION_LOOKS))
    cells = ((pen.brush.column(gauge.levels.get(n, 0.0)), look.style) for n, look in EMOTION_LOOKS.items())
    return Text.assemble(*cells)
