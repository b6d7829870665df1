"""How far a file could be read, in figures and in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregation import Summary, Window
    from inference.measured import Measured
    from stream.source import SourceInfo

_LONG_GAP = 2.0
_GAP_IN_FRAMES = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """`complaint` says what is missing of a file that could not be read whole, `remark` what looks odd in one
    that was; both begin with its name.
    """

    frames: int
    faces: int
    seconds: float
    complaint: str | None = None
    remark: str | None = None


class Tally:
    """An output that counts what is read of one file, and sees where it has no pictures.

    `fps` is the rate that its frames are thinned to.
    """

    def __init__(self, fps: float | None = None) -> None:
        self.frames = 0
        self.faces = 0
        self.reached = 0.0
        self.gaps: list[tuple[float, float]] = []
        self._longest = max(_LONG_GAP, _GAP_IN_FRAMES / fps if fps else 0.0)

    def windows(self, _info: SourceInfo) -> Sequence[Window]:
        return ()

    async def begin(self, file: str, info: SourceInfo) -> None:
        pass

    async def reading(self, measured: Measured) -> None:
        self.frames += 1
        self.faces += len(measured.reading.faces)
        seconds = measured.reading.pts or 0.0
        if seconds - self.reached > self._longest:
            self.gaps.append((self.reached, seconds))
        self.reached = seconds

    async def summary(self, summary: Summary) -> None:
        pass

    async def end(self, *, picture: bool) -> None:
        pass

    def remark(self) -> str | None:
        """What is odd about the pictures' times; a recording may be like that, or have lost some."""
        if not self.gaps:
            return None
        begin, end = self.gaps[0]
        if len(self.gaps) == 1:
            return f"has no pictures from {begin:.1f} to {end:.1f} s"
        missing = sum(end - begin for begin, end in self.gaps)
        where = f"in {len(self.gaps)} places, first from {begin:.1f} to {end:.1f} s"
        return f"has no pictures for {missing:.1f} s {where}"


def counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def lacks(reached: float, duration: float | None, lost: int, reason: str | None) -> str | None:
    """What could not be read of a video, to go on after its name; `None` where nothing is missing.

    `duration` is given where it breaks off before its end, `reason` where something is known to have stopped
    it.
    """
    parts = []
    if duration is not None:
        parts.append(f"breaks off after {reached:.1f} of {duration:.1f} s")
    elif reason is not None:
        parts.append(f"breaks off after {reached:.1f} s")
    if lost:
        parts.append(f"{counted(lost, 'frame')} could not be decoded")
    if not parts:
        return None
    said = ", and ".join(parts)
    return f"{said}: {reason}" if reason else said
