"""The Emotion API's own JSON of what is analysed: for `analyze`, and for the operations of the service."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from stream.source import SourceError
from web.emotion.picture_result import picture_result
from web.emotion.reported_faces import VIDEO, reported
from web.emotion.video_result import ResultTooLongError, VideoResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregation import Summary, Window
    from aggregation.summary import Weights
    from inference import Reading
    from inference.measured import Measured
    from semblance.output import Lines
    from stream import SourceInfo
    from web.emotion.models import OutputStyle


class EmotionVideo:
    """The processing result of one video, as the service answers with it: with the faces that the contract
    reports, and in either style. `frames` counts what was read.
    """

    def __init__(self, style: OutputStyle, *, length: float = 2.0, interval: float = 0.5) -> None:
        self.frames = 0
        self._style = style
        self._length, self._interval = length, interval
        self._result: VideoResult | None = None

    def windows(self, _info: SourceInfo) -> Sequence[Window]:
        return ()  # those of the result are its own

    async def begin(self, _file: str, info: SourceInfo) -> None:
        self._result = VideoResult(self._style, info.fps, length=self._length, interval=self._interval)

    async def reading(self, measured: Measured) -> None:
        """Raises `SourceError` where the result would get out of hand."""
        if self._result is None:
            return
        self.frames += 1
        await _add(self._result, replace(measured.reading, faces=reported(measured.reading.faces, VIDEO)))

    async def summary(self, _summary: Summary) -> None:
        pass

    async def end(self, *, picture: bool) -> None:
        pass

    def text(self) -> str:
        """The result as JSON, once, after `end`; of what could be read, where a video breaks off. Blocks."""
        return (self._result or VideoResult(self._style, None)).text()


class EmotionApi:
    """A line a file: the video's processing result (`aggregate`), or the picture's array of faces."""

    def __init__(self, out: Lines, length: float, interval: float, weights: Weights = "equal") -> None:
        self._out = out
        self._length, self._interval = length, interval
        self._weights: Weights = weights
        self._result: VideoResult | None = None
        self._last: Reading | None = None

    def windows(self, _info: SourceInfo) -> Sequence[Window]:
        return ()  # those of the result are its own

    async def begin(self, _file: str, info: SourceInfo) -> None:
        self._last = None
        self._result = VideoResult(
            "aggregate", info.fps, length=self._length, interval=self._interval, weights=self._weights
        )

    async def reading(self, measured: Measured) -> None:
        self._last = measured.reading
        if self._result is not None:
            await _add(self._result, measured.reading)

    async def summary(self, _summary: Summary) -> None:
        pass

    async def end(self, *, picture: bool) -> None:
        last, result = self._last, self._result
        if last is None or result is None:
            return
        if picture:
            text = json.dumps(picture_result(last.faces, (last.width, last.height)))
        else:
            text = await asyncio.to_thread(result.text)
        self._out.write(text + "\n")
        self._out.flush()


async def _add(result: VideoResult, reading: Reading) -> None:
    """Others have their turn between any two frames of the result, of which one reading may settle many."""
    try:
        for _ in result.add(reading):
            await asyncio.sleep(0)
    except ResultTooLongError:
        at = f"{reading.pts or 0.0:.1f}"
        raise SourceError(
            "codec", f"The result is as long as one may be after {at} s of the video; cut it into parts."
        ) from None
