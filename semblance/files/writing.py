"""What bytes the lines of results become: text as it is, or Parquet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO

from semblance.files.window_sheet import WindowSheet

if TYPE_CHECKING:
    from semblance.files.window_sheet import Row

_ROW_GROUP = 10_000


class TextFile:
    """Implements `Lines`, in UTF-8; it begins with the `head`."""

    def __init__(self, out: BinaryIO, head: str = "") -> None:
        self._out = out
        self.write(head)

    def write(self, text: str, /) -> None:
        self._out.write(text.encode())

    def flush(self) -> None:
        self._out.flush()

    def close(self) -> None:
        """What was written is whole as it is."""
        self._out.flush()


class ParquetFile:
    """Implements `Lines` for rows as lines of JSON."""

    def __init__(self, out: BinaryIO) -> None:
        from web.history.formats.parquet import Parquet  # pyarrow takes a while, and few ask for it

        self._out = out
        self._parquet: Parquet[list[Row]] = Parquet(WindowSheet())
        self._rows: list[Row] = []
        self._out.write(self._parquet.begin())

    def write(self, text: str, /) -> None:
        self._rows += [json.loads(line) for line in text.split("\n") if line]
        if len(self._rows) >= _ROW_GROUP:
            self._write_rows()

    def flush(self) -> None:
        """Rows are written many at a time."""

    def close(self) -> None:
        self._write_rows()
        self._out.write(self._parquet.end())
        self._out.flush()

    def _write_rows(self) -> None:
        self._out.write(self._parquet.add(self._rows))
        self._rows = []
