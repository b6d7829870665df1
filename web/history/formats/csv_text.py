"""CSV: a row for each, RFC 3339 times, empty where there is no value; safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Generic, TypeVar

from aggregation import microseconds
from web.messages import utc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.history.formats.sheet import Kind, Sheet

P = TypeVar("P")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take a cell for a formula."""


class CsvText(Generic[P]):
    """Implements `Encoder`."""

    def __init__(self, sheet: Sheet[P]) -> None:
        self._sheet = sheet

    def begin(self) -> bytes:
        return _csv([[column.name for column in self._sheet.columns]])

    def add(self, portion: P) -> bytes:
        values = self._sheet.values(portion)
        cells = [_cells(column.kind, each) for column, each in zip(self._sheet.columns, values, strict=True)]
        return _csv(list(zip(*cells, strict=True)))

    def end(self) -> bytes:
        return b""


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cells(kind: Kind, values: Sequence[object]) -> Sequence[object]:
    match kind:
        case "time":
            return [_time(value) for value in values]
        case "text":
            return [_harmless(value) for value in values]
        case _:
            return values


def _time(value: object) -> str:
    return utc(microseconds.to_seconds(value)) if isinstance(value, int) else ""


def _harmless(value: object) -> object:
    """With an apostrophe before it, what somebody typed stays text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
