"""A frame: one picture of one stream, with the times that belong to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Grey:
    """The luma of a whole picture, shape (height, width), at full resolution.

    Video keeps luma in "limited" range: black is 16 and white 235. Converting a whole frame only to
    read a few faces from it would be waste, so the levels travel along instead.
    """

    values: NDArray[np.uint8]
    black: int = 0
    white: int = 255


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle within a picture, in its pixels; each `shrink` x `shrink` of them are averaged into one.

    `shrink` is a power of two, left and top are even, width and height multiples of twice `shrink`.
    """

    left: int
    top: int
    width: int
    height: int
    shrink: int = 1


@dataclass(frozen=True, slots=True)
class Planes:
    """A picture as video keeps it: `luma` (height, width), and the colours `blue` and `red` (half of each).

    `to_bgr` (3, 4) makes B, G and R of full range from (Y, Cb, Cr, 1). Nothing is copied.
    """

    luma: NDArray[np.uint8]
    blue: NDArray[np.uint8]
    red: NDArray[np.uint8]
    to_bgr: NDArray[np.float64]


class Pixels(Protocol):
    """A picture that is converted only when somebody asks, so that a dropped frame costs nothing.

    May be called from any one thread at a time. What it returns is read-only for the caller.
    """

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    def bgr(self, width: int, height: int) -> NDArray[np.uint8]:
        """The picture scaled to (height, width, 3), BGR, full range."""
        ...

    def part(self, part: Part) -> NDArray[np.uint8]:
        """A part of the picture, (height // shrink, width // shrink, 3), BGR, full range."""
        ...

    def grey(self) -> Grey:
        """The luma at full resolution, without a copy where that is possible."""
        ...

    def planes(self) -> Planes | None:
        """What the picture was decoded to; `None` where it is upright, 4:2:0 and of even sides only once it
        is converted."""
        ...


@dataclass(frozen=True, slots=True)
class Frame:
    """`captured` is monotonic (the event loop's clock), `captured_utc` seconds since the epoch.

    `sequence` rises by one for each frame the source hands on, and goes on rising over reconnects.
    `pts` is the media time in seconds since the first frame, `None` where the medium has none.
    `interval` is the usual time between two frames in seconds, `None` where the source does not know it.
    """

    stream: str
    sequence: int
    captured: float
    captured_utc: float
    pts: float | None
    pixels: Pixels
    interval: float | None = None
