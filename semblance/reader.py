"""The models at work: the newest frame of every stream goes in, recordings where there is room; readings come
out, and previews."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from inference.batching import bucket
from semblance.previews import Previews
from semblance.shedding import MAX_AGE
from stream.spec import SHARES
from stream.tiered import Tiered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from inference import Box, Face, LoadedModel
    from inference.batching import Inlet
    from inference.engine import Statistics
    from inference.measured import Measured
    from inference.options import PreviewOptions
    from semblance.live_stream import LiveStream
    from semblance.previews import Audience
    from stream import Frame, Pixels
    from stream.spec import Detail
    from stream.tiered import Line, TieredFigures

AHEAD = 8
"""Frames of a recording between its decoder and its result."""

_SMALL_BATCH = 8
"""So many frames of recordings go to a GPU while it waits for a live one: hardly slower than one of them."""


class ReadingStage(Protocol):
    """What the pipeline needs of the inference engine."""

    @property
    def models(self) -> Sequence[LoadedModel]: ...

    @property
    def statistics(self) -> Statistics: ...

    async def warm(self) -> None:
        """Returns when the first batch would be as fast as any other."""
        ...

    async def run(
        self,
        inlet: Inlet[Frame],
        emit: Callable[[Measured], None],
        detail: Callable[[str], Detail],
        whole: Callable[[str], bool],
    ) -> None:
        """Reads frames until the inlet closes; `detail` says how closely those of a stream are looked at, and
        `whole` whether all of the picture is, in each of them."""
        ...

    async def read_picture(self, pixels: Pixels) -> Sequence[Face]:
        """The faces of a single picture, the largest first."""
        ...

    async def read_within(self, pixels: Pixels, boxes: Sequence[Box]) -> Sequence[Face]:
        """What these boxes show, in their order."""
        ...

    def forget(self, stream: str) -> None:
        """No more frames of this stream will come."""
        ...


class Reader:
    """Frames may be put from the start; they are read from when the models are loaded.

    `stream` finds a stream by its id; `None` where it was removed while its last frame was being read. Where
    not all frames can be read, streams get shares by their priority, and a frame that is older than `max_age`
    when its turn comes is dropped (`expired`): what is read is no later than that and the batches underway.

    A frame of a recording joins a batch where it makes no live one wait: on a CPU, where a frame costs the
    same in any batch, alone while none of the live ones waits, on a GPU where a batch would be padded. Where
    live frames leave no room, or are lost, two a second are read all the same (`Tiered`).
    """

    def __init__(
        self,
        stream: Callable[[str], LiveStream | None],
        audience: Audience,
        preview: PreviewOptions,
        max_age: float = MAX_AGE,
    ) -> None:
        self.previews = Previews(audience, preview)
        self.stage: ReadingStage | None = None
        self._stream = stream
        self._max_age = max_age
        self._inlet: Tiered[Frame] = Tiered(self._room, fresh=self._in_time)
        self._recordings: dict[str, Callable[[Measured], None]] = {}
        self._on_gpu = False
        self._loaded = asyncio.Event()

    async def load(self, load: Callable[[], ReadingStage]) -> None:
        """Loads and warms the models (`load` may block)."""
        stage = await asyncio.to_thread(load)
        await stage.warm()
        self._on_gpu = any(model.task == "face" and model.provider != "cpu" for model in stage.models)
        self.stage = stage
        self._loaded.set()

    async def loaded(self) -> None:
        """Returns when the models are."""
        await self._loaded.wait()

    @property
    def figures(self) -> TieredFigures:
        """Which frames of recordings were read beside the live ones."""
        return self._inlet.figures

    async def run(self) -> None:
        """Reads frames until cancelled; after `load`."""
        assert self.stage is not None
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.previews.run())
            await self.stage.run(self._inlet, self._read, self._detail, self._wholly)

    def put(self, frame: Frame) -> None:
        """Leaves a frame to be read; an older one of its stream that still waits is dropped."""
        stream = self._stream(frame.stream)
        share = SHARES[stream.spec.priority if stream else "low"]
        if self._inlet.put(frame.stream, frame, share) and stream:
            stream.source.figures.drop("superseded")

    def forget(self, stream: str) -> None:
        """No more frames of this stream will come, and none that came is shown after this."""
        self._inlet.forget(stream)
        self.previews.forget(stream)
        if self.stage:
            self.stage.forget(stream)

    @contextmanager
    def recording(self, name: str, take: Callable[[Measured], None]) -> Iterator[Line[Frame]]:
        """The line for the frames of a recording, which `take` gets back measured and in order.

        `name` is in every frame, and no stream's id. What is left of it at the end is dropped.
        """
        self._recordings[name] = take
        try:
            with self._inlet.line(AHEAD) as line:
                yield line
        finally:
            del self._recordings[name]
            if self.stage:
                self.stage.forget(name)

    async def lull(self) -> None:
        """Returns when no live frame waits to be read, or has not stopped waiting for long."""
        await self._inlet.lull()

    def _in_time(self, frame: Frame) -> bool:
        if asyncio.get_running_loop().time() - frame.captured <= self._max_age:
            return True
        if stream := self._stream(frame.stream):
            stream.source.figures.drop("expired")
        return False

    def _room(self, live: int) -> int:
        if self._on_gpu:
            return bucket(live or _SMALL_BATCH) - live
        return 0 if live else 1

    def _detail(self, stream_id: str) -> Detail:
        if stream_id in self._recordings:
            return "normal"
        stream = self._stream(stream_id)
        return stream.spec.detail if stream else "low"  # nobody will see the reading

    def _wholly(self, stream_id: str) -> bool:
        """Whether nobody may go unseen, as what is seen is what is hidden."""
        stream = self._stream(stream_id)
        return stream is not None and self.previews.mode(stream.spec.preview) == "blurred"

    def _read(self, measured: Measured) -> None:
        name = measured.reading.stream
        if take := self._recordings.get(name):
            take(measured)
        elif (stream := self._stream(name)) is not None:
            stream.read(measured.reading, asyncio.get_running_loop().time())
            self.previews.offer(measured, stream.spec.preview)
        elif self.stage:
            self.stage.forget(name)  # anew: this frame was still on its way
