"""What `semblance analyze` writes unless told otherwise: JSON lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aggregation import Window
from web.messages import reading_json, summary_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregation import Summary
    from aggregation.summary import Weights
    from inference.measured import Measured
    from semblance.output import Lines
    from stream import SourceInfo


class JsonLines:
    """The live messages `reading` and `summary`, one a line, in media order."""

    def __init__(self, out: Lines, length: float, interval: float, weights: Weights = "equal") -> None:
        self._out = out
        self._window = Window(f"{length:g}s", length, interval, weights)
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
