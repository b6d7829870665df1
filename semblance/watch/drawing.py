"""The whole screen as lines of text, never more or longer than it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from semblance.watch.cards import cards
from semblance.watch.event_lines import event_lines
from semblance.watch.layout import Cards, Lines, arranged
from semblance.watch.rows import rows
from semblance.watch.spans import coarse
from semblance.watch.words import clock

if TYPE_CHECKING:
    from semblance.watch.words import Pen

FRAME = 3
"""Lines around the streams: the service, what became of the connection, and the keys."""

EVENTS = 5
"""Events shown at most, below the streams."""

ROOM_FOR_EVENTS = 6
"""Lines that the streams have before one is taken from them for the newest event."""


def drawing(pen: Pen, shown: str, width: int, height: int, first: int = 0) -> list[Text]:
    """`height` lines of `width` cells; `shown` is the service's address, `first` the first row to show."""
    room = max(1, height - FRAME)
    reserved = 1 if pen.board.events and room > ROOM_FOR_EVENTS else 0
    layout = arranged(len(pen.board.rows), max(1, len(pen.board.windows)), width, room - reserved, first)
    body = _body(pen, layout, width)[: room - reserved]
    events = event_lines(pen, min(EVENTS, room - len(body)), width)
    body += [Text("") for _ in range(room - len(body) - len(events))]
    body += events
    frame = [_header(pen, shown, width), *body, _notice(pen, width), _keys(pen, layout, width)]
    lines = frame if height >= FRAME else frame[:height]
    return [pen.fit(line, width) for line in lines[:height]]


def _body(pen: Pen, layout: Cards | Lines, width: int) -> list[Text]:
    board = pen.board
    if not board.rows:
        settling = board.is_settling(pen.moment.now)
        said = "Waiting for its streams." if settling else "It has no streams." if board.connected else ""
        return [Text(said, style="dim")]
    lines = cards(pen, layout, width) if isinstance(layout, Cards) else rows(pen, layout, width)
    if not board.connected:
        for line in lines:
            line.stylize("dim")
    return lines


def _header(pen: Pen, shown: str, width: int) -> Text:
    board = pen.board
    left = Text.assemble(("Semblance", "bold"), f"  {shown}")
    count = len(board.rows)
    if board.connected:
        right = Text.assemble(("live", "bold green"), f", {count} {'stream' if count == 1 else 'streams'}")
    elif board.lost is not None:
        gone = coarse(pen.moment.now - board.lost_at)
        right = Text(f"NOT LIVE for {gone}", style="bold reverse red")
    else:
        right = Text("connecting", style="cyan")
    return _apart(pen, left, right, width)


def _notice(pen: Pen, width: int) -> Text:
    board = pen.board
    if board.lost is not None:
        wait = max(0, round(board.retry_at - pen.moment.now))
        again = f"trying again in {wait} s" if wait else "trying again"
        return pen.fit(Text(f"{board.lost.reason}; {again}", style="bold yellow"), width)
    if not board.notice:
        return Text("")
    return pen.fit(Text(f"{clock(board.notice_utc, pen.moment.utc)} {board.notice}", style="yellow"), width)


def _keys(pen: Pen, layout: Cards | Lines, width: int) -> Text:
    keys = Text("q quits", style="dim")
    if isinstance(layout, Cards) or layout.streams >= len(pen.board.rows):
        return keys
    streams = pen.board.ordered()
    last = layout.first + layout.streams
    hidden = streams[: layout.first] + streams[last:]
    lost = [name for name, row in hidden if row.status is not None and row.status.state != "running"]
    said = Text(f"{layout.first + 1} to {min(last, len(streams))} of {len(streams)} streams", style="bold")
    if lost:
        said.append(f"; of the others {len(lost)} not running: {', '.join(lost)}", style="yellow")
    else:
        said.append("; arrows and page keys move, q quits", style="dim")
    return pen.fit(said, width)


def _apart(pen: Pen, left: Text, right: Text, width: int) -> Text:
    """One at each edge; what is right matters more."""
    room = width - right.cell_len - 2
    if room < 4:
        return pen.fit(right, width)
    return Text.assemble(pen.fit(left, room), "  ", right)
