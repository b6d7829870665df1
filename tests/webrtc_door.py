"""A door for publishers in tests: what was open is free again when it closes."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from stream.limits import Limits
from stream.spec import StreamSpec
from stream.webrtc.options import IceServer, WebRtcOptions
from stream.webrtc.publishers import Publishers

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from stream.frame import Frame
    from stream.webrtc.publishers import Session
    from tests.webrtc_publisher import DrawnPublisher

_FIRST = 32_000 + os.getpid() % 30 * 20
PORTS = (_FIRST, _FIRST + 19)
"""Of this run, below those that the system gives out to everybody."""
LIMITS = Limits(open=1.0, first_frame=2.0, stall=0.7, close=2.0)
SPEC = StreamSpec(id="lobby", url="whip:", fps=30)


@asynccontextmanager
async def publishers(
    sessions: int = 10, limits: Limits = LIMITS, servers: tuple[IceServer, ...] = ()
) -> AsyncIterator[Publishers]:
    """Whatever happened in between, everything is free again afterwards."""
    tasks, threads = asyncio.all_tasks(), set(threading.enumerate())
    opened = Publishers(WebRtcOptions(PORTS, servers, sessions=sessions, loopback=True), limits)
    try:
        yield opened
    finally:
        await opened.close()
    left = {task for task in asyncio.all_tasks() - tasks if "RTCPeerConnection" not in repr(task)}
    if left:  # of the publishers themselves, which close without waiting for all that is theirs
        _, left = await asyncio.wait(left, timeout=5)
    assert left == set(), left
    left_behind = {thread for thread in set(threading.enumerate()) - threads if "decode" in thread.name}
    for thread in left_behind:  # one that has said its last word may take a moment to go
        await asyncio.to_thread(thread.join, 2)
    assert not [thread.name for thread in left_behind if thread.is_alive()]
    assert bound_ports() == set()


def bound_ports() -> set[int]:
    taken = set()
    for port in range(PORTS[0], PORTS[1] + 1):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                taken.add(port)
    return taken


async def publish(to: Publishers, publisher: DrawnPublisher, stream: str = "lobby") -> Session:
    session = await to.publish(stream, await publisher.offer())
    await publisher.accept(session.answer)
    return session


async def use_up(frames: AsyncGenerator[Frame, None]) -> None:
    while True:
        await anext(frames)


async def take(frames: AsyncGenerator[Frame, None], count: int) -> list[Frame]:
    return [await anext(frames) for _ in range(count)]
