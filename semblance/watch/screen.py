"""The board on a terminal: painted when something has changed, and not too often."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.live import Live
from rich.text import Text

from semblance.watch.drawing import drawing
from semblance.watch.keys import keys
from semblance.watch.looks import Brush
from semblance.watch.words import Moment, Pen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from semblance.watch.board import Board

FRAME_TIME = 1 / 12
"""Seconds between two paintings at least: enough for bars to glide, little enough for a slow line."""

TICK = 1.0
"""Seconds after which ages are looked at again, though nothing came."""

SETTLING = 1.0
"""Seconds that a service has to answer before the screen is painted without it."""


class Screen:
    """Runs until `q` is pressed. The terminal's own contents come back at the end."""

    def __init__(self, board: Board, console: Console, shown: str) -> None:
        self._board = board
        self._console = console
        self._shown = shown
        self._changed = asyncio.Event()
        self._quit = False
        self._first = 0
        self._painted: tuple[object, ...] = ()

    def change(self) -> None:
        """There is something new to paint."""
        self._changed.set()

    async def settle(self) -> None:
        """Waits for the first answer, perhaps a refusal: what ends at once shall not flash up."""
        await self._wait(SETTLING)

    async def run(self) -> None:
        with (
            keys(self._press),
            Live("", console=self._console, screen=True, auto_refresh=False) as live,
            _resizing(self.change),
        ):
            before = time.monotonic()
            while not self._quit:
                now = time.monotonic()
                moving = self._board.advance(now - before, now)
                before = now
                self._paint(live, now)
                await asyncio.sleep(FRAME_TIME)
                await self._wait(0.0 if moving else TICK)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return
        self._changed.clear()

    def _paint(self, live: Live, now: float) -> None:
        width, height = self._console.size
        brush = Brush(ascii_only=self._console.options.ascii_only)
        pen = Pen(self._board, Moment(now, time.time()), brush)
        lines = drawing(pen, self._shown, width, height, self._first)
        painting = (width, height, [(line.plain, line.spans) for line in lines])
        if painting != self._painted:
            self._painted = painting
            live.update(Text("\n", no_wrap=True, end="").join(lines), refresh=True)

    def _press(self, key: str) -> None:
        page = max(1, self._console.size.height - 4)
        step = {"up": -1, "down": 1, "page up": -page, "page down": page}.get(key, 0)
        most = max(0, len(self._board.rows) - page)
        self._first = min(max(0, self._first + step), most)
        self._quit = self._quit or key == "quit"
        self.change()


@contextmanager
def _resizing(changed: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGWINCH, changed)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGWINCH)
