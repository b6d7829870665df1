"""Publishers that need no network: a pushed source, and the sessions that feed it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stream import Frame, SourceError, SourceFigures, SourceInfo
from stream.webrtc.failures import OfferError, TakenError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from stream import Pixels, StreamSpec


@dataclass(frozen=True, slots=True)
class FakeSession:
    id: str
    answer: str = "v=0 answer"


@dataclass(slots=True)
class _Publisher:
    """Comes in after its offer, sends pictures from then on; `lost` once it has gone without a word."""

    session: FakeSession
    lost: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)


class FakePublishers:
    """Each answer takes `answer_after` seconds, leaving `leaving_takes`; an offer "bad" is refused."""

    def __init__(self, pixels: Pixels) -> None:
        self.answer_after = 0.05
        self.leaving_takes = 0.0
        self.left: list[str] = []
        self._pixels = pixels
        self._coming: set[str] = set()
        self._sources: dict[str, FakeSource] = {}
        self._publishers: dict[str, _Publisher] = {}
        self._changed = asyncio.Event()
        self._count = 0

    def live(self, stream: str) -> bool:
        return stream in self._publishers or stream in self._coming

    def check(self, offer: str) -> None:
        if offer == "bad":
            raise OfferError("There is no video in this offer.")

    async def publish(self, stream: str, offer: str) -> FakeSession:
        self.check(offer)
        if self.live(stream):
            raise TakenError(stream)
        self._coming.add(stream)
        try:
            await asyncio.sleep(self.answer_after)
        finally:
            self._coming.remove(stream)
        self._count += 1
        self._publishers[stream] = _Publisher(FakeSession(f"session-{self._count}"))
        self._tell()
        return self._publishers[stream].session

    async def end(self, stream: str, session: str) -> bool:
        found = self._publishers.get(stream)
        if found is None or found.session.id != session:
            return False
        await self.leave(stream)
        return True

    async def leave(self, stream: str) -> None:
        self.left.append(stream)
        if found := self._publishers.pop(stream, None):
            found.over.set()
        await asyncio.sleep(self.leaving_takes)

    def lose(self, stream: str) -> None:
        """The publisher is killed."""
        found = self._publishers.pop(stream)
        found.lost = True
        found.over.set()

    def source(self, spec: StreamSpec) -> FakeSource:
        self._sources[spec.id] = FakeSource(spec, self)
        return self._sources[spec.id]

    def change(self, spec: StreamSpec) -> None:
        self._sources[spec.id].spec = spec

    async def coming(self, stream: str) -> _Publisher:
        while stream not in self._publishers:
            await self._changed.wait()
        return self._publishers[stream]

    def picture(self, spec: StreamSpec, sequence: int) -> Frame:
        now = asyncio.get_running_loop().time()
        return Frame(spec.id, sequence, now, 1_795_000_000.0 + now, None, self._pixels)

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class FakeSource:
    def __init__(self, spec: StreamSpec, publishers: FakePublishers) -> None:
        self.figures = SourceFigures()
        self.info: SourceInfo | None = None
        self.spec = spec
        self._publishers = publishers
        self._sequence = 0

    def pace(self, fps: float) -> None:
        pass

    async def frames(self) -> AsyncGenerator[Frame, None]:
        publisher = await self._publishers.coming(self.spec.id)
        self.info = SourceInfo(640, 360, None, "vp8")
        while not publisher.over.is_set():
            await asyncio.sleep(1 / self.spec.fps)
            self.figures.decoded += 1
            self._sequence += 1
            yield self._publishers.picture(self.spec, self._sequence)
        if publisher.lost:
            raise SourceError("timeout", "The publisher has gone.")
