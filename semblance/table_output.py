"""What `semblance analyze` writes as a table: a row a window, for CSV and Parquet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aggregation import Aggregator, Window
from semblance.files.window_sheet import WindowSheet, row
from web.history.formats.csv_text import CsvText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregation import Summary
    from aggregation.summary import Weights
    from inference import Reading
    from inference.measured import Measured
    from semblance.files.window_sheet import Row
    from semblance.output import Lines
    from stream.source import SourceInfo


class Table:
    """Rows as lines of JSON; for a picture a row of the mean over its faces, without times."""

    def __init__(self, out: Lines, length: float, interval: float, weights: Weights = "equal") -> None:
        self._out = out
        self._window = Window(f"{length:g}s", length, interval, weights)
        self._file = ""
        self._last: Reading | None = None

    def windows(self, _info: SourceInfo) -> Sequence[Window]:
        return [self._window]

    async def begin(self, file: str, _info: SourceInfo) -> None:
        self._file = file

    async def reading(self, measured: Measured) -> None:
        self._last = measured.reading

    async def summary(self, summary: Summary) -> None:
        self._write(row(self._file, summary))

    async def end(self, *, picture: bool) -> None:
        if picture and self._last is not None:
            self._write(row(self._file, _of_picture(self._last, self._window.weights), timed=False))

    def _write(self, values: Row) -> None:
        self._out.write(self._line(values))
        self._out.flush()

    def _line(self, values: Row) -> str:
        return f"{json.dumps(values)}\n"


class Csv(Table):
    """Rows as CSV, without the head."""

    HEAD = CsvText(WindowSheet()).begin().decode()

    def _line(self, values: Row) -> str:
        return CsvText(WindowSheet()).add([values]).decode()


def _of_picture(reading: Reading, weights: Weights) -> Summary:
    """A picture's faces, summed up as a window of their own."""
    aggregator = Aggregator("picture", [Window("picture", 1.0, 1.0, weights)])
    return [*aggregator.add(reading, 0.0), *aggregator.finish()][0]
