"""A stream in full: state, figures and the bars of its windows."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from rich.text import Text

from semblance.watch.layout import PANEL_HEIGHT
from semblance.watch.looks import EMOTION_LOOKS, NO_EMOTION
from semblance.watch.words import faces
from web.service import SHEDDING

if TYPE_CHECKING:
    from semblance.watch.board import Gauge, Row
    from semblance.watch.layout import Cards
    from semblance.watch.words import Pen

NAME = 13
"""Cells of a sign and the longest emotion's word."""

NUMBERS = 14
"""Cells of the mean score and the share of faces."""

GUTTER = 2

LONGEST_BAR = 60


def cards(pen: Pen, layout: Cards, width: int) -> list[Text]:
    """All streams, lines of `width` cells."""
    rows = pen.board.ordered()
    card_width = width // layout.across
    lines: list[Text] = []
    for start in range(0, len(rows), layout.across):
        beside = [
            _card(pen, name, row, layout, card_width) for name, row in rows[start : start + layout.across]
        ]
        lines += [Text(""), *joined(beside)] if lines else joined(beside)
    return lines


def joined(columns: list[list[Text]]) -> list[Text]:
    """Columns of equally many lines, put beside each other."""
    return [Text.assemble(*parts) for parts in zip(*columns, strict=True)]


def _card(pen: Pen, name: str, row: Row, layout: Cards, width: int) -> list[Text]:
    """Of the layout's height; a gutter is left on the right where others stand beside it."""
    inner = width - GUTTER if layout.across > 1 else width
    error = None if row.status is None else row.status.error
    if error is not None:
        body = [Text(line, style="yellow") for line in wrap(error.message, max(1, inner))]
    else:
        body = [_figures(row), *_panels(pen, row, layout, inner)]
    lines = [_title(pen, name, row), *body][: layout.height()]
    lines += [Text("") for _ in range(layout.height() - len(lines))]
    return [pen.fit(pen.fit(line, inner), width) for line in lines]


def _panels(pen: Pen, row: Row, layout: Cards, width: int) -> list[Text]:
    names = [window.name for window in pen.board.windows[: layout.windows]]
    panels = [_panel(pen, row.gauges.get(window), window, width // layout.beside) for window in names]
    lines: list[Text] = []
    for start in range(0, len(panels), layout.beside):
        lines += joined(panels[start : start + layout.beside])
    return lines


def _title(pen: Pen, name: str, row: Row) -> Text:
    title = Text.assemble((name, "bold"), "  ", pen.state(row))
    if row.status is not None:
        title.append(f" {pen.since(row.status)}", style="dim")
    return title


def _figures(row: Row) -> Text:
    figures = row.figures
    if figures is None:
        return Text("")
    parts = [f"{figures.analysed_fps:.1f} of {figures.fps:g} fps"]
    if figures.shed >= SHEDDING:
        parts.append(f"overloaded: {figures.shed:.0%} left out")
    if figures.latency is not None:
        parts.append(f"latency p95 {figures.latency.p95 * 1000:.0f} ms")
    if figures.source is not None:
        parts.append(f"{figures.source.width}x{figures.source.height} {figures.source.codec}")
    if dropped := sum(figures.frames.dropped.values()):
        parts.append(f"{dropped} frames skipped")
    if figures.reconnects:
        parts.append(f"{figures.reconnects} reconnects")
    return Text(", ".join(parts), style="dim")


def _panel(pen: Pen, gauge: Gauge | None, window: str, width: int) -> list[Text]:
    """The bars of one window."""
    inner = width - GUTTER
    if gauge is None:
        lines = [Text.assemble((window, "bold"), ("  waiting for its first window", "dim"))]
    else:
        lines = [_outcome(pen, gauge, window), *_bars(pen, gauge, inner)]
    lines += [Text("") for _ in range(PANEL_HEIGHT - len(lines))]
    return [pen.fit(pen.fit(line, inner), width) for line in lines]


def _outcome(pen: Pen, gauge: Gauge, window: str) -> Text:
    summary = gauge.summary
    said = Text.assemble((window, "bold"), "  ", pen.dominant(summary), "  ")
    if pen.board.is_stale(summary, pen.moment.utc):
        return said.append_text(pen.age(summary))
    return said.append(faces(summary.tracks), style="dim")


def _bars(pen: Pen, gauge: Gauge, width: int) -> list[Text]:
    summary = gauge.summary
    if summary.means is None or summary.shares is None:
        return []
    room = min(LONGEST_BAR, max(0, width - NAME - NUMBERS))
    age = "" if pen.board.is_stale(summary, pen.moment.utc) else f", {pen.age(summary).plain}"
    known = f" coverage {summary.coverage:.0%}{age}"
    lines = [Text(f"{known:<{NAME + room}.{NAME + room}}   mean  faces", style="dim")]
    for name, mean in summary.means.items():
        look = EMOTION_LOOKS.get(name, NO_EMOTION)
        style = look.style if name != summary.dominant else f"bold {look.style}"
        label = pen.fit(Text(f" {pen.brush.sign(look)} {name}", style=style), NAME)
        bar = (pen.brush.bar(gauge.levels.get(name, 0.0), room), look.style)
        share = summary.shares.get(name, 0.0)
        lines.append(Text.assemble(label, bar, f"{mean:>7.0%}{share:>7.0%}"))
    return lines
