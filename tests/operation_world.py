"""Operations over a folder of their own, with a reader and a fetcher that do as they are told."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from web.emotion.models import ReadVideo
from web.emotion.operations import Operations
from web.emotion.options import EmotionOptions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from web.emotion.models import OutputStyle
    from web.emotion.operation import Operation
    from web.outbound.fetch import Sink

UTC = 1_790_000_000.0
VIDEO = b"pictures " * 100


@dataclass
class FakeReader:
    """Takes `seconds` for a video, which it tells of so many `times`; then it gives the result or raises."""

    seconds: float = 10.0
    times: int = 10
    outcome: str | Exception = '{"version":1,"fragments":[]}'
    lacks: str | None = None
    read_videos: list[bytes] = field(default_factory=list)
    at_once: int = 0
    most: int = 0

    async def read(self, path: Path, style: OutputStyle, progress: Callable[[float], None]) -> ReadVideo:
        self.read_videos.append(await asyncio.to_thread(path.read_bytes))
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            for done in range(1, self.times + 1):
                await asyncio.sleep(self.seconds / self.times)
                progress(done / self.times)
        finally:
            self.at_once -= 1
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return ReadVideo(self.outcome.replace("STYLE", style), self.lacks)


@dataclass
class FakeFetcher:
    """Every address leads to the same, or to the same error."""

    outcome: bytes | Exception = VIDEO
    seconds: float = 1.0
    urls: list[str] = field(default_factory=list)

    async def download(self, url: str, limit_bytes: int, sink: Sink) -> None:
        self.urls.append(url)
        await asyncio.sleep(self.seconds)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        assert len(self.outcome) <= limit_bytes
        await sink.begin(len(self.outcome))
        await sink.write(self.outcome)


@dataclass
class World:
    """`reader` and `fetcher` outlive a service; what is between two of them is on disk alone."""

    folder: Path
    reader: FakeReader = field(default_factory=FakeReader)
    fetcher: FakeFetcher = field(default_factory=FakeFetcher)
    ahead: float = 0.0
    """Seconds by which somebody has set the clock."""

    def utc(self) -> float:
        return UTC + asyncio.get_running_loop().time() + self.ahead

    def options(self, **options: Any) -> EmotionOptions:
        return EmotionOptions(self.folder, **options)

    @asynccontextmanager
    async def service(self, **options: Any) -> AsyncIterator[Operations]:
        """One that ends with the block, in an orderly way."""
        operations = Operations(self.reader, self.fetcher, self.options(**options), self.utc)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(operations.run())
            yield operations
            running.cancel()

    def held(self) -> list[str]:
        """The folders of operations."""
        return sorted(each.name for each in self.folder.glob("*") if each.is_dir())

    def files(self, operation_id: str) -> list[str]:
        return sorted(each.name for each in (self.folder / operation_id).iterdir())


async def body(*parts: bytes, every: float = 0.0) -> AsyncIterator[bytes]:
    """The body of a request, as it comes in."""
    for part in parts:
        await asyncio.sleep(every)
        yield part


async def ended(operations: Operations, operation_id: str, every: float = 0.1) -> Operation:
    """The operation, once it has ended; it is looked for every so many seconds."""
    while True:
        operation = await operations.find(operation_id)
        if operation.ended:
            return operation
        await asyncio.sleep(every)


async def result_of(operations: Operations, operation: Operation) -> bytes:
    """The JSON string that a client gets."""
    result = await operations.result(operation)
    with result.file:
        return b"".join([piece async for piece in operations.pieces(result)])
