"""The models at work: the newest frame of every stream goes in, readings and previews come out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from semblance.previews import Previews
from stream.latest import Latest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inference import LoadedModel
    from inference.batching import Inlet
    from inference.engine import Statistics
    from inference.measured import Measured
    from inference.options import PreviewOptions
    from semblance.live_stream import LiveStream
    from semblance.previews import Audience
    from stream import Frame
    from stream.spec import Detail


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
        self, inlet: Inlet[Frame], emit: Callable[[Measured], None], detail: Callable[[str], Detail]
    ) -> None:
        """Reads frames until the inlet closes; `detail` says how closely those of a stream are looked at."""
        ...

    def forget(self, stream: str) -> None:
        """No more frames of this stream will come."""
        ...


class Reader:
    """Frames may be put from the start; they are read from when the models are loaded.

    `stream` finds a stream by its id; `None` where it was removed while its last frame was being read.
    """

    def __init__(
        self, stream: Callable[[str], LiveStream | None], audience: Audience, preview: PreviewOptions
    ) -> None:
        self.previews = Previews(audience, preview)
        self.stage: ReadingStage | None = None
        self._stream = stream
        self._latest: Latest[Frame] = Latest()

    async def load(self, load: Callable[[], ReadingStage]) -> None:
        """Loads and warms the models (`load` may block)."""
        stage = await asyncio.to_thread(load)
        await stage.warm()
        self.stage = stage

    async def run(self) -> None:
        """Reads frames until cancelled; after `load`."""
        assert self.stage is not None
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.previews.run())
            await self.stage.run(self._latest, self._read, self._detail)

    def put(self, frame: Frame) -> None:
        """Leaves a frame to be read; an older one of its stream that still waits is dropped."""
        superseded = self._latest.put(frame.stream, frame)
        if superseded and (stream := self._stream(frame.stream)):
            stream.source.figures.drop("superseded")

    def forget(self, stream: str) -> None:
        """No more frames of this stream will come, and none that came is shown after this."""
        self._latest.forget(stream)
        self.previews.forget(stream)
        if self.stage:
            self.stage.forget(stream)

    def _detail(self, stream_id: str) -> Detail:
        stream = self._stream(stream_id)
        return stream.spec.detail if stream else "low"  # nobody will see the reading

    def _read(self, measured: Measured) -> None:
        stream = self._stream(measured.reading.stream)
        if stream is not None:
            stream.read(measured.reading, asyncio.get_running_loop().time())
            self.previews.offer(measured, stream.spec.preview)
