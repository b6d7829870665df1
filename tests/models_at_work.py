"""Models that read nothing: they note what they are given, and can be slow or held up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from inference import Box, Face, Reading
from inference.batching import batches
from inference.detections import NONE
from inference.engine import Statistics
from inference.measured import Measured

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inference import LoadedModel
    from inference.batching import Inlet
    from stream import Frame, Pixels
    from stream.spec import Detail

FACE = Face(1, Box(10.0, 10.0, 80.0, 80.0), (), 0.9, 0.9, (0.0, 0.0, 0.0, 0.0, 0.9, 0.1, 0.0, 0.0))


class ModelsAtWork:
    """Finds the same face in every frame, `per_frame` seconds after it was taken; a `ReadingStage`.

    While `may_go_on` is not set, a batch that was taken, or a picture, stays inside.
    """

    models: Sequence[LoadedModel] = ()

    def __init__(self, per_frame: float = 0.0, limit: int = 4) -> None:
        self.statistics = Statistics()
        self.taken: list[list[str]] = []
        self.details: dict[str, Detail] = {}
        self.forgotten: list[str] = []
        self.pictures = self.most_pictures = 0
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self._per_frame, self._limit = per_frame, limit

    async def warm(self) -> None:
        pass

    async def run(
        self,
        inlet: Inlet[Frame],
        emit: Callable[[Measured], None],
        detail: Callable[[str], Detail],
        whole: Callable[[str], bool],  # noqa: ARG002 - finds the same in any look
    ) -> None:
        async for frames in batches(inlet, self._limit, 0.0):
            self.taken.append([frame.stream for frame in frames])
            self.details |= {frame.stream: detail(frame.stream) for frame in frames}
            await asyncio.sleep(self._per_frame * len(frames))
            await self.may_go_on.wait()
            for frame in frames:
                emit(Measured(reading(frame), frame, NONE.boxes))

    async def read_picture(self, pixels: Pixels) -> Sequence[Face]:
        return await self._look(pixels, [FACE])

    async def read_within(self, pixels: Pixels, boxes: Sequence[Box]) -> Sequence[Face]:
        return await self._look(pixels, [FACE] * len(boxes))

    def forget(self, stream: str) -> None:
        self.forgotten.append(stream)

    async def _look(self, pixels: Pixels, faces: Sequence[Face]) -> Sequence[Face]:
        assert pixels.width > 0
        self.pictures += 1
        self.most_pictures = max(self.most_pictures, self.pictures)
        try:
            await self.may_go_on.wait()
        finally:
            self.pictures -= 1
        return faces


def reading(frame: Frame) -> Reading:
    size = frame.pixels.width, frame.pixels.height
    return Reading(
        frame.stream, frame.sequence, frame.captured, frame.captured_utc, frame.pts, *size, (FACE,)
    )
