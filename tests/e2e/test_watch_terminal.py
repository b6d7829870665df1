"""`semblance watch` on a real terminal: painted, resized, ended, and the terminal left as it was."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.e2e.service import COMMAND, PERSON, Service, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.timeout(120)

ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
HIDE, SHOW = b"\x1b[?25l", b"\x1b[?25h"
_OUTSIDE = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
"""The environment without the size of another terminal, which would go before that of this one."""


@dataclass
class Terminal:
    """A command on a pseudo-terminal, and all it has written."""

    process: subprocess.Popen[bytes]
    master: int
    slave: int
    before: list[object]
    written: bytes = field(default=b"")

    def reads(self, wanted: Callable[[bytes], bool], within: float = 20.0) -> bytes:
        """Reads until what was written is as wanted; the new part of it."""
        start, end = len(self.written), time.monotonic() + within
        while not wanted(self.written[start:]):
            ready, _, _ = select.select([self.master], [], [], max(0.0, end - time.monotonic()))
            assert ready, self.written[start:]
            self.written += os.read(self.master, 65536)
        return self.written[start:]

    def size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def ended(self) -> int:
        """The exit status; reads on meanwhile, or the command would wait for somebody to."""
        end = time.monotonic() + 10
        while self.process.poll() is None:
            assert time.monotonic() < end
            if select.select([self.master], [], [], 0.05)[0]:
                self.written += os.read(self.master, 65536)
        while select.select([self.master], [], [], 0.2)[0]:
            self.written += os.read(self.master, 65536)
        return self.process.returncode

    def is_restored(self) -> bool:
        """Whether the shell gets its own screen, the cursor and the keyboard back."""
        screen = self.written.rfind(LEAVE) > self.written.rfind(ENTER) >= 0
        cursor = self.written.rfind(SHOW) > self.written.rfind(HIDE)
        return screen and cursor and termios.tcgetattr(self.master) == self.before


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(
        tmp_path_factory.mktemp("watched"), {"streams": [{"id": "people", "url": PERSON}]}
    ) as service:
        service.wait_for_state("people", "running", 10)
        yield service


@pytest.fixture
def terminal(watched: Service) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def start(*words: str, **environment: str) -> Terminal:
        master, slave = pty.openpty()
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        before = termios.tcgetattr(master)
        process = subprocess.Popen(
            [str(COMMAND), "watch", watched.address, *words],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that Ctrl-C is a signal
            env={**_OUTSIDE, "TERM": "xterm-256color", **environment},
        )
        opened.append(Terminal(process, master, slave, before))
        return opened[-1]

    yield start
    for one in opened:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()
        os.close(one.master)
        os.close(one.slave)  # open until now: what a terminal holds is lost with its last user


def test_it_paints_a_screen_of_its_own_and_q_gives_the_old_one_back(
    terminal: Callable[..., Terminal],
) -> None:
    shown = terminal()
    shown.reads(lambda text: ENTER in text and b"people" in text and b"happiness" in text)
    os.write(shown.master, b"q")
    assert shown.ended() == 0
    assert shown.is_restored()


def test_ctrl_c_ends_it_and_leaves_the_terminal_in_order(terminal: Callable[..., Terminal]) -> None:
    shown = terminal()
    shown.reads(lambda text: b"people" in text)
    os.write(shown.master, b"\x03")
    assert shown.ended() == 130
    assert shown.is_restored()
    assert b"Traceback" not in shown.written


def test_being_told_to_end_leaves_the_terminal_in_order(terminal: Callable[..., Terminal]) -> None:
    shown = terminal()
    shown.reads(lambda text: b"people" in text)
    shown.process.send_signal(signal.SIGTERM)
    assert shown.ended() == 0
    assert shown.is_restored()


def test_it_fits_itself_to_a_terminal_that_is_made_smaller(terminal: Callable[..., Terminal]) -> None:
    shown = terminal()
    shown.reads(lambda text: "★ surprise".encode() in text and b"faces" in text)
    shown.size(44, 8)
    shown.reads(lambda text: b"  stream " in text)  # the heading of one line for each stream
    os.write(shown.master, b"q")
    assert shown.ended() == 0


def test_a_stream_that_does_not_exist_is_a_line_and_no_screen(terminal: Callable[..., Terminal]) -> None:
    shown = terminal("--stream", "lobyb")
    assert shown.ended() == 1
    assert b"has no stream 'lobyb'" in shown.written
    assert ENTER not in shown.written


def test_a_dumb_terminal_gets_plain_lines(terminal: Callable[..., Terminal]) -> None:
    shown = terminal(TERM="dumb")
    shown.reads(lambda text: b"people, 2s: " in text)
    os.write(shown.master, b"\x03")
    assert shown.ended() == 130
    assert b"\x1b" not in shown.written
