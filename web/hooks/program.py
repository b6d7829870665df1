"""A program run once, in a group of processes of its own: fed, listened to, ended when its time is up."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEAD = 1024
"""Bytes that are kept of what a program writes; the rest is read and thrown away."""

GRACE = 2.0
"""Seconds from asking a group of processes to end (SIGTERM) to ending it (SIGKILL)."""

_LAST_WORDS = 0.5
"""Seconds to wait for the end of the output, which a process left in the background may hold open."""


@dataclass(frozen=True, slots=True)
class Ended:
    """`status` is as the system has it, negative for a signal; `None` where the time was up."""

    status: int | None
    output: str


async def run_program(
    command: Sequence[str],
    document: bytes,
    environment: Mapping[str, str],
    timeout: float,  # noqa: ASYNC109 - what happens then is more than being cancelled
    folder: str = "/",
) -> Ended:
    """Gives it `document` on its standard input, whether it reads that or not, and waits until it has ended.

    When the time is up, or this is cancelled, it ends with all it started in its group. What it leaves
    running in the background when it ends by itself stays. Raises `OSError` where it cannot be started.
    """
    transport, talk = await asyncio.get_running_loop().subprocess_exec(
        _Talk, *command, cwd=folder, env=environment, start_new_session=True, stderr=asyncio.subprocess.STDOUT
    )
    try:
        _feed(transport, document)
        done, _ = await asyncio.wait([talk.exited], timeout=timeout)
        if not done:
            return Ended(None, talk.output)
        await asyncio.wait([talk.closed], timeout=_LAST_WORDS)
        return Ended(transport.get_returncode(), talk.output)
    finally:
        if not talk.exited.done():
            await _end(transport.get_pid(), talk.exited)
        transport.close()


class _Talk(asyncio.SubprocessProtocol):
    """Reads all that is written, so that the program never waits for it, and keeps the first of it."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.exited: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()
        self._head = bytearray()

    @property
    def output(self) -> str:
        """Without NUL, which PostgreSQL has no room for."""
        return bytes(self._head).decode(errors="replace").replace("\0", "\ufffd")

    def pipe_data_received(self, fd: int, data: bytes) -> None:  # noqa: ARG002 - asyncio's signature
        self._head += data[: HEAD - len(self._head)]

    def process_exited(self) -> None:
        self.exited.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.closed.set_result(None)


def _feed(transport: asyncio.SubprocessTransport, document: bytes) -> None:
    """What is not read stays in the transport until the program ends; nobody waits for it."""
    pipe = transport.get_pipe_transport(0)
    assert isinstance(pipe, asyncio.WriteTransport)
    pipe.write(document)
    pipe.close()


async def _end(group: int, exited: asyncio.Future[None]) -> None:
    _signal(group, signal.SIGTERM)
    await asyncio.wait([exited], timeout=GRACE)
    _signal(group, signal.SIGKILL)
    await asyncio.wait([exited], timeout=GRACE)


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)
