"""A source whose pictures tell how long they took to convert."""

from __future__ import annotations

import threading
import time
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import numpy as np
    from numpy.typing import NDArray

    from stream import Frame, Source, SourceFigures, SourceInfo
    from stream.frame import Grey, Part, Pixels, Planes


Conversions: TypeAlias = dict[str, float]
"""Processor seconds that pictures of all streams took to be converted, by the name of the thread."""


class TimedPixels:
    """Implements `Pixels` before those it was given."""

    __slots__ = ("_conversions", "_pixels")

    def __init__(self, pixels: Pixels, conversions: Conversions) -> None:
        self._pixels = pixels
        self._conversions = conversions

    @property
    def width(self) -> int:
        return self._pixels.width

    @property
    def height(self) -> int:
        return self._pixels.height

    def bgr(self, width: int, height: int) -> NDArray[np.uint8]:
        began = time.thread_time()
        picture = self._pixels.bgr(width, height)
        self._note(time.thread_time() - began)
        return picture

    def part(self, part: Part) -> NDArray[np.uint8]:
        began = time.thread_time()
        picture = self._pixels.part(part)
        self._note(time.thread_time() - began)
        return picture

    def planes(self) -> Planes | None:
        """Handed over as they are: who converts them does so at another place."""
        return self._pixels.planes()

    def grey(self) -> Grey:
        began = time.thread_time()
        picture = self._pixels.grey()
        self._note(time.thread_time() - began)
        return picture

    def _note(self, seconds: float) -> None:
        name = threading.current_thread().name
        self._conversions[name] = self._conversions.get(name, 0.0) + seconds


class TimedSource:
    """Implements `Source` before the one it was given."""

    def __init__(self, source: Source, conversions: Conversions) -> None:
        self._source = source
        self._conversions = conversions

    @property
    def info(self) -> SourceInfo | None:
        return self._source.info

    @property
    def figures(self) -> SourceFigures:
        return self._source.figures

    def pace(self, fps: float) -> None:
        self._source.pace(fps)

    async def frames(self) -> AsyncGenerator[Frame, None]:
        async with aclosing(self._source.frames()) as frames:
            async for frame in frames:
                yield replace(frame, pixels=TimedPixels(frame.pixels, self._conversions))
