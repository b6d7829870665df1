"""Where the results of an analysed file go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregation import Summary, Window
    from inference.measured import Measured
    from stream.source import SourceInfo


class Lines(Protocol):
    """Where text goes, a whole line or several at a time."""

    def write(self, text: str, /) -> object: ...

    def flush(self) -> object: ...


class Output(Protocol):
    """Takes the results of one file after another, in media order.

    What blocks (encoding, a slow disk) belongs in a thread; frames are read no faster than these calls
    return.
    """

    def windows(self, info: SourceInfo) -> Sequence[Window]:
        """The windows wanted of a video."""
        ...

    async def begin(self, file: str, info: SourceInfo) -> None: ...

    async def reading(self, measured: Measured) -> None:
        """Of a video each reading comes after the summaries of the windows that it closed."""
        ...

    async def summary(self, summary: Summary) -> None: ...

    async def end(self, *, picture: bool) -> None:
        """The file is done, or as much of it as could be read."""
        ...
