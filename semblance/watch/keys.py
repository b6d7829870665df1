"""Keys as they are pressed, on a terminal that neither echoes them nor waits for a line."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import termios
import tty
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NAMES = {
    b"q": "quit",
    b"Q": "quit",
    b"\x1b[A": "up",
    b"\x1bOA": "up",
    b"k": "up",
    b"\x1b[B": "down",
    b"\x1bOB": "down",
    b"j": "down",
    b"\x1b[5~": "page up",
    b"b": "page up",
    b"\x1b[6~": "page down",
    b" ": "page down",
}


_KEY = re.compile(rb"\x1b\[[0-9;]*[A-Za-z~]|\x1bO.|.", re.DOTALL)


def named(pressed: bytes) -> list[str]:
    """What the keys stand for here, those that do; a quick hand presses several at once."""
    return [_NAMES[key] for key in _KEY.findall(pressed) if key in _NAMES]


@contextmanager
def keys(take: Callable[[str], None]) -> Iterator[None]:
    """Hands the keys that mean something to `take`; puts the terminal back as it was at the end."""
    if not sys.stdin.isatty():
        yield
        return
    loop = asyncio.get_running_loop()
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)

    def read() -> None:
        pressed = os.read(terminal, 64)
        if not pressed:  # the terminal is gone; a reader would be called for ever
            loop.remove_reader(terminal)
        for name in named(pressed):
            take(name)

    tty.setcbreak(terminal)
    mode = termios.tcgetattr(terminal)
    mode[6][termios.VSUSP] = b"\0"  # stopped by Ctrl-Z it would leave the shell on this screen
    termios.tcsetattr(terminal, termios.TCSADRAIN, mode)
    loop.add_reader(terminal, read)
    try:
        yield
    finally:
        loop.remove_reader(terminal)
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
