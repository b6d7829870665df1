"""The pipeline: the streams there are, from their sources through the models to whoever listens."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregation import Aggregator
from inference.options import PreviewOptions
from semblance.address_trials import AddressTrials
from semblance.doorway import Doorway
from semblance.emotion_output import EmotionVideo
from semblance.guests import Guests
from semblance.live_stream import LiveStream
from semblance.overload import Overload
from semblance.pictures import Pictures
from semblance.reader import Reader
from semblance.shedding import MAX_AGE
from semblance.videos import Videos
from stream import StreamSpec
from stream.addresses import check_address
from stream.locks import Locks
from web.service import GroupExistsError, PublisherTakenError, StreamExistsError, UnknownStreamError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container, Sequence

    from aggregation import Window
    from inference import LoadedModel
    from inference.engine import Statistics
    from semblance.doorway import Publishers
    from semblance.previews import Figures as PreviewFigures
    from semblance.reader import ReadingStage
    from stream import Source, SourceInfo
    from stream.tiered import TieredFigures
    from web.service import Publisher, PublishSession, StreamView

_USUAL = PreviewOptions()

TICK = 0.1
"""Seconds between looks at the clock for windows that time alone completes."""


async def _anew(_stream: str) -> int:
    return 0


def _same_frames(one: StreamSpec, other: StreamSpec) -> bool:
    """Whether both are of the same frames, whatever becomes of these."""
    left_open = ("preview", "detail", "priority", "sampling")
    return one.model_copy(update={name: getattr(other, name) for name in left_open}) == other


@dataclass(frozen=True, slots=True)
class _Running:
    stream: LiveStream
    task: asyncio.Task[None]

    @property
    def takes_publishers(self) -> bool:
        return check_address(self.stream.spec.url) == "whip"


class Pipeline:
    """Streams in, messages out, until cancelled; implements `web.service.Service`.

    All tasks live in `tasks`, the group of the caller, so that a bug in any of them ends the service loudly.
    """

    def __init__(
        self,
        tasks: asyncio.TaskGroup,
        publisher: Publisher,
        windows: Sequence[Window],
        open_source: Callable[[StreamSpec], Source],
        publishers: Publishers,
        utc: Callable[[], float] = time.time,
        preview: PreviewOptions = _USUAL,
        guests: Guests | None = None,
        begin: Callable[[str], Awaitable[int]] = _anew,
        taken: Container[str] = (),
        max_age: float = MAX_AGE,
    ) -> None:
        """`begin` is asked, as a stream is added, after which number its summaries go on; ids that are
        `taken` are those of groups. `max_age` is in seconds since a frame was captured.
        """
        self.windows = tuple(windows)
        self._tasks = tasks
        self._publisher = publisher
        self._open_source = open_source
        self._utc = utc
        self._begin = begin
        self._taken = taken
        self._running: dict[str, _Running] = {}
        self._changing = Locks()  # by stream: one that hangs while it is closed holds up no other
        self._door = Doorway(publishers, self, guests or Guests())
        self._reader = Reader(self._live, publisher, preview, max_age)
        self.pictures = Pictures(self._reader)
        self.videos = Videos(self._reader, EmotionVideo)
        self._trials = AddressTrials(open_source)

    @property
    def ready(self) -> bool:
        return self._reader.stage is not None

    def models(self) -> Sequence[LoadedModel]:
        stage = self._reader.stage
        return stage.models if stage else ()

    @property
    def statistics(self) -> Statistics | None:
        """What the models have done so far; `None` before they are loaded."""
        stage = self._reader.stage
        return stage.statistics if stage else None

    @property
    def preview_figures(self) -> PreviewFigures:
        """What the previews have cost so far."""
        return self._reader.previews.figures

    @property
    def beside(self) -> TieredFigures:
        """The frames of recordings that were read beside the live ones."""
        return self._reader.figures

    async def run(self, load: Callable[[], ReadingStage]) -> None:
        """Loads and warms the models (`load` may block), then reads frames until cancelled.

        Publishers may come before that; streams that were made for them are forgotten from the start.
        """
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._forget_guests())
            await self._reader.load(load)
            tasks.create_task(self._watch_the_clock())
            await self._reader.run()

    def streams(self) -> Sequence[StreamView]:
        return [self._view(running.stream) for running in self._running.values()]

    def stream(self, stream_id: str) -> StreamView:
        return self._view(self._find(stream_id).stream)

    def spec(self, stream_id: str) -> StreamSpec:
        return self._find(stream_id).stream.spec

    async def add(self, spec: StreamSpec) -> StreamView:
        self._check_id(spec.id)
        sequence = await self._begin(spec.id)
        self._check_id(spec.id)  # another may have come meanwhile
        expected = 1 / spec.fps
        aggregator = Aggregator(spec.id, self.windows, expected_interval=expected, sequence=sequence)
        return self._start(spec, aggregator)

    async def change(self, spec: StreamSpec) -> StreamView:
        """The windows go on over the change; so does the connection of a publisher, and any that is looked at
        more closely, shown otherwise or given another share.
        """
        async with self._changing.of(spec.id):
            running = self._find(spec.id)
            before = running.stream.spec
            self._reader.previews.forget(spec.id)
            if spec.fps != before.fps:
                running.stream.aggregator.expect(1 / spec.fps)
            if running.takes_publishers and spec.url == before.url:
                self._door.change(spec)
            elif not _same_frames(spec, before):
                await self._stop(running)
                return self._start(spec, running.stream.aggregator)
            running.stream.change(spec)
            return self._view(running.stream)

    async def remove(self, stream_id: str) -> None:
        async with self._changing.of(stream_id):
            await self._drop(self._find(stream_id))

    async def publish(self, stream_id: str, offer: str) -> PublishSession:
        return await self._door.publish(stream_id, offer)

    async def unpublish(self, stream_id: str, session: str) -> None:
        await self._door.unpublish(stream_id, session)

    async def open_to(self, stream: str) -> bool:
        """For `Doorway`: makes the stream ready for a publisher; true if it was made for it."""
        async with self._changing.of(stream):
            if running := self._running.get(stream):
                if running.takes_publishers:
                    return False
                raise PublisherTakenError(
                    f"The stream {stream!r} comes from an address of its own; publish to another id."
                )
            if stream in self._taken:
                raise PublisherTakenError(f"{stream!r} is the id of a group; publish to another.")
            await self.add(StreamSpec(id=stream, url="whip:"))
            return True

    def expect(self, stream: str) -> bool:
        """For `Doorway`: a publisher was let in; false if the stream is gone or going."""
        running = self._running.get(stream)
        if running is None or not running.takes_publishers or running.task.cancelling():
            return False
        running.stream.expect()
        return True

    def seen(self, stream: str) -> bool:
        """For `Doorway`: whether a picture of this stream has ever come."""
        running = self._running.get(stream)
        return running is not None and running.stream.source.figures.decoded > 0

    async def test(self, spec: StreamSpec) -> SourceInfo:
        return await self._trials.run(spec)

    def _check_id(self, stream_id: str) -> None:
        if stream_id in self._running:
            raise StreamExistsError(f"a stream {stream_id!r} is there already")
        if stream_id in self._taken:
            raise GroupExistsError(f"{stream_id!r} is the id of a group; a stream needs one of its own.")

    def _live(self, stream_id: str) -> LiveStream | None:
        running = self._running.get(stream_id)
        return running.stream if running else None

    def _find(self, stream_id: str) -> _Running:
        try:
            return self._running[stream_id]
        except KeyError:
            raise UnknownStreamError(f"there is no stream {stream_id!r}") from None

    def _start(self, spec: StreamSpec, aggregator: Aggregator) -> StreamView:
        stream = LiveStream(spec, self._open_source(spec), aggregator, self._publisher, self._utc)
        task = self._tasks.create_task(stream.run(self._reader.put), name=f"stream {spec.id}")
        self._running[spec.id] = _Running(stream, task)
        return self._view(stream)

    def _view(self, stream: LiveStream) -> StreamView:
        return stream.view(self._reader.previews.mode(stream.spec.preview))

    async def _stop(self, running: _Running) -> None:
        running.task.cancel()
        await asyncio.wait([running.task])
        await self._door.close(running.stream.spec.id)
        self._reader.forget(running.stream.spec.id)  # last: until here its frames were still being read

    async def _drop(self, running: _Running) -> None:
        stream_id = running.stream.spec.id
        await self._stop(running)
        del self._running[stream_id]
        self._publisher.forget(stream_id)

    async def _forget_guests(self) -> None:
        now = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(TICK)
            for stream_id in self._door.forgotten(now()):
                async with self._changing.of(stream_id):
                    if stream_id in self._door.forgotten(now()):  # still: a publisher may have come meanwhile
                        await self._drop(self._find(stream_id))

    async def _watch_the_clock(self) -> None:
        overload = Overload()
        while True:
            await asyncio.sleep(TICK)
            for running in self._running.values():
                running.stream.advance(self._utc())
            now = asyncio.get_running_loop().time()
            overload.watch([running.stream.shed(now) for running in self._running.values()], now)
