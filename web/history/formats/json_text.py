"""JSON: one document a line, or one document that holds them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from web.history.formats.sheet import Sheet

P = TypeVar("P")


class JsonLines(Generic[P]):
    """Implements `Encoder`."""

    def __init__(self, sheet: Sheet[P]) -> None:
        self._sheet = sheet

    def begin(self) -> bytes:
        return b""

    def add(self, portion: P) -> bytes:
        return "".join(f"{document}\n" for document in self._sheet.documents(portion)).encode()

    def end(self) -> bytes:
        return b""


class JsonDocument(Generic[P]):
    """Implements `Encoder`: a list under the sheet's name."""

    def __init__(self, sheet: Sheet[P]) -> None:
        self._sheet = sheet
        self._separator = ""

    def begin(self) -> bytes:
        return f'{{"{self._sheet.name}":['.encode()

    def add(self, portion: P) -> bytes:
        text = ",\n".join(self._sheet.documents(portion))
        if not text:
            return b""
        separator, self._separator = self._separator, ",\n"
        return (separator + text).encode()

    def end(self) -> bytes:
        return b"]}\n"
