"""One output made of several: each is told the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregation import Summary, Window
    from inference.measured import Measured
    from semblance.output import Output
    from stream.source import SourceInfo


class SeveralOutputs:
    """Implements `Output`. The first alone says which windows there are, and is told of them."""

    def __init__(self, first: Output, *others: Output) -> None:
        self._first = first
        self._all = (first, *others)

    def windows(self, info: SourceInfo) -> Sequence[Window]:
        return self._first.windows(info)

    async def begin(self, file: str, info: SourceInfo) -> None:
        for output in self._all:
            await output.begin(file, info)

    async def reading(self, measured: Measured) -> None:
        for output in self._all:
            await output.reading(measured)

    async def summary(self, summary: Summary) -> None:
        await self._first.summary(summary)

    async def end(self, *, picture: bool) -> None:
        for output in self._all:
            await output.end(picture=picture)
