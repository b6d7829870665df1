"""A recording from its first frame to its end: read, summed up in windows, told to an output."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from aggregation import Aggregator
from semblance.failure import Failure, leaf
from stream.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from inference.measured import Measured
    from semblance.output import Output
    from stream.source import Source


class Read(Protocol):
    """The models, as a recording sees them."""

    async def __call__(self, source: Source, emit: Callable[[Measured], Awaitable[None]]) -> None:
        """Emits a reading for each frame of the source, in their order; returns after the last.

        Raises what the source raises, alone or in groups.
        """
        ...


async def read_recording(
    file: str,
    source: Source,
    read: Read,
    output: Output,
    progress: Callable[[float], None],
    *,
    fps: float | None = None,
) -> None:
    """Reads a recording to its end; `progress` is told the media seconds done.

    `fps` is the rate that the source thins its frames to, if it does. Raises `SourceError`; what was read
    before it has gone to the output all the same, and its `end` too.
    """
    recording = _Recording(file, source, output, progress, fps)
    try:
        await read(source, recording.read)
    except* SourceError as errors:
        await recording.finish()
        raise leaf(errors) from None
    await recording.finish()


class _Recording:
    """Its windows open with the first frame, when the source knows what it is."""

    def __init__(
        self,
        file: str,
        source: Source,
        output: Output,
        progress: Callable[[float], None],
        thinned: float | None,
    ) -> None:
        self._file = file
        self._source = source
        self._output = output
        self._progress = progress
        self._thinned = thinned
        self._aggregator: Aggregator | None = None

    async def read(self, measured: Measured) -> None:
        aggregator = self._aggregator or await self._open()
        seconds = measured.reading.pts or 0.0
        for summary in aggregator.add(measured.reading, seconds):
            await self._output.summary(summary)
        await self._output.reading(measured)
        self._progress(seconds)

    async def finish(self) -> None:
        if self._aggregator is None:
            return
        for summary in self._aggregator.finish():
            await self._output.summary(summary)
        await self._output.end(picture=False)

    async def _open(self) -> Aggregator:
        info = self._source.info
        if info is None:
            raise Failure(f"{self._file}: was read without having been opened")
        await self._output.begin(self._file, info)
        rate = min(info.fps or math.inf, self._thinned or math.inf)
        expected = 1 / rate if math.isfinite(rate) else None
        self._aggregator = Aggregator(self._file, self._output.windows(info), expected_interval=expected)
        return self._aggregator
