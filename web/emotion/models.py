"""What the Emotion API needs of the models: pictures and videos read beside the live streams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from inference.reading import Box, Face
    from stream.frame import Pixels

OutputStyle: TypeAlias = Literal["aggregate", "perFrame"]


class NotReadyError(Exception):
    """The models are still being loaded."""


class VideoError(Exception):
    """A video that cannot be read; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class ReadVideo:
    """What came of a video: the processing result as JSON text, and what of the video it leaves out."""

    result: str
    message: str | None
    """A sentence where not all of it could be read, `None` otherwise."""


class PictureReader(Protocol):
    """Reads single pictures. Called on the event loop; raises `NotReadyError`."""

    async def faces(self, pixels: Pixels) -> Sequence[Face]:
        """Every confident face, the largest first."""
        ...

    async def within(self, pixels: Pixels, boxes: Sequence[Box]) -> Sequence[Face]:
        """What each of these boxes shows, in their order; nothing is looked for."""
        ...


class VideoReader(Protocol):
    """Reads recordings where the live streams leave the models room."""

    async def read(self, path: Path, style: OutputStyle, progress: Callable[[float], None]) -> ReadVideo:
        """Reads every frame of a video; `progress` is told its share done, 0 to 1.

        Waits for the models to be loaded. Cancelled, it leaves nothing. Raises `VideoError`.
        """
        ...
