"""What `semblance analyze` writes: JSON lines or CSV."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any, TextIO

from aggregation import Aggregator, Window
from inference import EMOTIONS
from web.messages import reading_json, summary_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregation import Summary
    from aggregation.summary import Weights
    from inference import Reading
    from inference.measured import Measured
    from stream import SourceInfo


class JsonLines:
    """The live messages `reading` and `summary`, one a line, in media order."""

    overhang = 0.0

    def __init__(self, out: TextIO, length: float, interval: float, weights: Weights = "equal") -> None:
        self._out = out
        self._window = _window(length, interval, weights)
        self._file = ""

    def windows(self, _info: SourceInfo) -> Sequence[Window]:
        return [self._window]

    async def begin(self, file: str, _info: SourceInfo) -> None:
        self._file = file

    async def reading(self, measured: Measured) -> None:
        self._write(reading_json(measured.reading, file=self._file))

    async def summary(self, summary: Summary) -> None:
        self._write(summary_json(summary, file=self._file))

    async def end(self, *, picture: bool) -> None:
        pass

    def _write(self, message: dict[str, Any]) -> None:
        self._out.write(json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n")
        self._out.flush()


class Csv:
    """A row a window; for a picture a row of the mean over its faces, without times."""

    overhang = 0.0

    HEAD = (
        *("file", "start", "end", "frames", "faces", "tracks", "coverage", "dominant"),
        *(f"mean_{name}" for name in EMOTIONS),
        *(f"share_{name}" for name in EMOTIONS),
    )

    def __init__(self, out: TextIO, length: float, interval: float, weights: Weights = "equal") -> None:
        self._out = out
        self._csv = csv.writer(out)
        self._csv.writerow(self.HEAD)
        self._window = _window(length, interval, weights)
        self._file = ""
        self._last: Reading | None = None

    def windows(self, _info: SourceInfo) -> Sequence[Window]:
        return [self._window]

    async def begin(self, file: str, _info: SourceInfo) -> None:
        self._file = file

    async def reading(self, measured: Measured) -> None:
        self._last = measured.reading

    async def summary(self, summary: Summary) -> None:
        self._row(summary, summary.start, summary.end)

    async def end(self, *, picture: bool) -> None:
        if picture and self._last is not None:
            self._row(_of_picture(self._last, self._window.weights), "", "")

    def _row(self, summary: Summary, start: float | str, end: float | str) -> None:
        nothing = ("",) * len(EMOTIONS)
        self._csv.writerow(
            (
                *(self._file, start, end, summary.frames, summary.faces, summary.tracks),
                *("" if start == "" else round(summary.coverage, 4), summary.dominant or ""),
                *_rounded(summary.mean_scores or nothing),
                *_rounded(summary.face_distribution or nothing),
            )
        )
        self._out.flush()


def _window(length: float, interval: float, weights: Weights) -> Window:
    return Window(f"{length:g}s", length, interval, weights)


def _of_picture(reading: Reading, weights: Weights) -> Summary:
    """A picture's faces, summed up as a window of their own."""
    aggregator = Aggregator("picture", [Window("picture", 1.0, 1.0, weights)])
    return [*aggregator.add(reading, 0.0), *aggregator.finish()][0]


def _rounded(scores: Sequence[float | str]) -> list[float | str]:
    return [round(score, 6) if isinstance(score, float) else score for score in scores]
