"""Parquet: typed columns, a row group for each portion."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Generic, TypeVar

import pyarrow as pa  # type: ignore[import-untyped]
from pyarrow.parquet import ParquetWriter  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from web.history.formats.sheet import Column, Kind, Sheet

P = TypeVar("P")

_TYPES: Mapping[Kind, object] = {
    "id": pa.string(),
    "text": pa.string(),
    "time": pa.timestamp("ms", tz="UTC"),
    "count": pa.int64(),
    "number": pa.float64(),
    "score": pa.float32(),
}


class Parquet(Generic[P]):
    """Implements `Encoder`."""

    def __init__(self, sheet: Sheet[P]) -> None:
        self._sheet = sheet
        self._schema = pa.schema([(column.name, _TYPES[column.kind]) for column in sheet.columns])
        self._drain = _Drain()
        self._writer = ParquetWriter(self._drain, self._schema, compression="zstd")

    def begin(self) -> bytes:
        return self._drain.take()

    def add(self, portion: P) -> bytes:
        values = self._sheet.values(portion)
        if values and len(values[0]):
            arrays = [_array(column, each) for column, each in zip(self._sheet.columns, values, strict=True)]
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        return self._drain.take()

    def end(self) -> bytes:
        self._writer.close()
        return self._drain.take()


def _array(column: Column, values: Sequence[object]) -> pa.Array:
    if column.kind == "time":  # to the nearest millisecond, as everywhere
        values = [round(value / 1000) if isinstance(value, int) else None for value in values]
    return pa.array(values, _TYPES[column.kind])


class _Drain(io.RawIOBase):
    """A file that is written and never kept: what came since the last time is taken out of it."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        part = bytes(memoryview(data))  # type: ignore[arg-type]
        self._parts.append(part)
        self._written += len(part)
        return len(part)

    def tell(self) -> int:
        return self._written

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)
