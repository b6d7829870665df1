"""What it costs the service to send one message to one client, beside `websockets.broadcast`.

    python -m tests.bench.bench_fanout [--clients 5000] [--rounds 5] [--messages 6] [--streams 1] [--deaf 50]

Both serve as many clients each, from one process, and send the same messages by turns, round after round.
The clients live in processes of their own and read everything; the next breath of messages is sent when all
have the one before. What is counted is the CPU time of the process that sends, encoding included. Windows are
aligned, so the summaries of several `--streams` are made in one breath. In the end come `--deaf` clients of
the service that never read.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from websockets.asyncio.server import broadcast
from websockets.asyncio.server import serve as serve_websockets

from tests.bench.fanout_clients import Clients, allow_files
from tests.bench.goals import HEAD
from tests.web_service import Site, site, summary
from web.feed import Notice
from web.options import Limits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from websockets.asyncio.server import ServerConnection

    from aggregation.summary import Summary

LEAST = 0.8
"""Of the message rate of `websockets.broadcast`."""

PATIENCE = 2.0
"""Seconds after which the service gives up a client that does not read."""


@dataclass(slots=True)
class Served:
    """One way of sending: what it has sent and what that took. Seconds, bytes."""

    name: str
    send: Callable[[Summary], None]
    clients: Clients
    memory: float
    sequence: int = 0
    sent: int = 0
    spent: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--clients", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=6, help="breaths of messages a round")
    parser.add_argument("--streams", type=int, default=1)
    parser.add_argument("--deaf", type=int, default=50)
    options = parser.parse_args()
    allow_files()
    asyncio.run(_compare(options))


async def _compare(options: argparse.Namespace) -> None:
    limits = Limits(clients=options.clients + options.deaf, blocked_send=PATIENCE)
    async with _service(options, site(limits=limits)) as (running, ours), _broadcast(options) as theirs:
        for _ in range(options.rounds):
            for served in (ours, theirs):
                await _round(options, served)
        for served in (ours, theirs):
            await _feel(options, served)
        _tell(options, ours, theirs)
        await _deafen(options, running, ours)


@asynccontextmanager
async def _service(options: argparse.Namespace, running: Site) -> AsyncIterator[tuple[Site, Served]]:
    async with running.run():
        before = _resident()
        with Clients(running.port, options.clients) as clients:
            await _until(lambda: running.hub.receivers == options.clients)
            memory = _resident() - before
            served = Served("this service", running.hub.publish, clients, memory)
            await _settle(options, served)
            yield running, served


@asynccontextmanager
async def _broadcast(options: argparse.Namespace) -> AsyncIterator[Served]:
    connections: set[ServerConnection] = set()

    async def handle(connection: ServerConnection) -> None:
        connections.add(connection)
        await connection.wait_closed()

    def send(message: Summary) -> None:
        broadcast(connections, Notice(message).message)

    before = _resident()
    async with serve_websockets(handle, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        with Clients(port, options.clients) as clients:
            await _until(lambda: len(connections) == options.clients)
            memory = _resident() - before
            served = Served("websockets.broadcast", send, clients, memory)
            await _settle(options, served)
            yield served


async def _settle(options: argparse.Namespace, served: Served) -> None:
    """Until every client has subscribed and reads."""
    message, heard = summary(1), 0
    while heard < options.clients * len(Notice(message).framed):
        before = served.clients.taken
        served.send(message)
        await asyncio.sleep(0.5)
        heard = served.clients.taken - before


async def _round(options: argparse.Namespace, served: Served) -> None:
    served.sent = served.clients.taken
    start = time.process_time()
    for _ in range(options.messages):
        await _breathe(options, served)
    served.spent.append(time.process_time() - start)


async def _breathe(options: argparse.Namespace, served: Served) -> None:
    """One message of each stream, until all clients have them."""
    served.sequence += 1
    for number in range(options.streams):
        message = summary(served.sequence, f"stream-{number:03}")
        served.send(message)
        served.sent += len(Notice(message).framed) * options.clients
    await _until(lambda: served.clients.taken >= served.sent)


async def _until(happened: Callable[[], bool]) -> None:
    """Waits for what happens in the other processes."""
    end = time.monotonic() + 60
    while not happened():
        if time.monotonic() > end:
            raise SystemExit("The clients did not come in, or did not get every message, within a minute.")
        await asyncio.sleep(0.01)


async def _feel(options: argparse.Namespace, served: Served) -> None:
    """How long another task of the event loop has to wait at most while a breath of messages goes out."""
    feeling = asyncio.create_task(_heartbeat(served))
    await asyncio.sleep(0.05)
    served.sent = served.clients.taken
    for _ in range(options.messages):
        served.waits.append(0.0)
        await _breathe(options, served)
        await asyncio.sleep(0.01)  # it may all be there already, and then nobody has had a turn
    feeling.cancel()
    await asyncio.wait([feeling])


async def _heartbeat(served: Served) -> None:
    while True:
        start = time.perf_counter()
        await asyncio.sleep(0.001)
        if served.waits:
            served.waits[-1] = max(served.waits[-1], time.perf_counter() - start - 0.001)


def _tell(options: argparse.Namespace, ours: Served, theirs: Served) -> None:
    each = options.messages * options.streams * options.clients
    for served in (ours, theirs):
        cost = statistics.median(served.spent) / each
        sys.stdout.write(
            f"{served.name:22} {cost * 1e6:6.1f} us a message and client, "
            f"{1 / cost / options.clients:6.1f} messages/s to {options.clients} clients on one core, "
            f"{served.memory / options.clients / 1024:5.1f} KiB a client, "
            f"others wait {statistics.median(served.waits) * 1e3:4.0f} ms for it\n"
        )
    ratios = sorted(bare / own for own, bare in zip(ours.spent, theirs.spent, strict=True))
    ratio = statistics.median(ratios)
    own, bare = (statistics.median(served.spent) / each * 1e6 for served in (ours, theirs))
    sys.stdout.write(f"{HEAD}\n")
    sys.stdout.write(
        f"| message rate to {options.clients} WebSocket clients | {own:.1f} us a message and client | "
        f"`websockets.broadcast` {bare:.1f} us | {ratio:.2f} x ({ratios[0]:.2f} to {ratios[-1]:.2f}) | "
        f"at least {LEAST} x | {'yes' if ratio >= LEAST else '**no**'} |\n"
    )


async def _deafen(options: argparse.Namespace, running: Site, ours: Served) -> None:
    """The deaf are given up, and the others get every message meanwhile."""
    with Clients(running.port, options.deaf, deaf=True):
        everybody = options.clients + options.deaf
        await _until(lambda: running.hub.receivers == everybody)
        ours.sent, start = ours.clients.taken, time.perf_counter()
        while running.hub.receivers > options.clients and time.perf_counter() - start < 20 * PATIENCE:
            await _breathe(options, ours)
    gone = everybody - running.hub.receivers
    sys.stdout.write(
        f"of {options.deaf} clients that never read, {gone} were given up within "
        f"{time.perf_counter() - start:.1f} s; the others got all {ours.sequence} messages\n"
    )


def _resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    main()
