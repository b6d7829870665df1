"""The lower edge of a frame: the time, the small timeline, what is shown most now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation.dominance import dominant
from semblance.annotated.lettering import GROUND
from semblance.annotated.pasting import paste, shade
from semblance.annotated.ribbon import Ribbon

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from inference.reading import Scores
    from semblance.annotated.lettering import Lettering

_SHARE = 0.095  # of the frame's height
_LINES = 1.8  # of letters, at least
_EDGE = 0.16  # of the foot's height, above and below the timeline
_LETTERS = 24  # as wide a frame has room for words beside the timeline


class Foot:
    """Of frames of one size, `height` of whose rows it covers."""

    def __init__(self, columns: int, rows: int, lettering: Lettering, duration: float | None) -> None:
        self.height = min(rows // 2, max(round(lettering.height * _LINES), round(rows * _SHARE)))
        self._columns = columns
        self._lettering = lettering
        self._edge = round(self.height * _EDGE)
        self._ribbon = Ribbon(self.height - 2 * self._edge, duration)
        self._pad = round(lettering.size * 0.6)

    def draw(self, picture: NDArray[np.uint8], at: float, mean: Scores | None) -> None:
        """`at` is the time of the frame in seconds, `mean` that of its faces."""
        self._ribbon.add(at, mean)
        foot = picture[-self.height :]
        shade(foot, GROUND)
        left, right = self._pad, self._columns - self._pad
        if self._columns > _LETTERS * self._lettering.size:
            left, right = self._write(foot, at, mean)
        if right > left:
            foot[self._edge : self.height - self._edge, left:right] = self._ribbon.draw(right - left)

    def _write(self, foot: NDArray[np.uint8], at: float, mean: Scores | None) -> tuple[int, int]:
        """Writes on both sides; gives where the room between them begins and ends."""
        letters, pad = self._lettering, self._pad
        middle = (self.height - letters.height) // 2
        time = clock(at)
        paste(foot, letters.text(time, faint=True), pad, middle)
        emotion = dominant(mean)
        said = f"{emotion.capitalize()} {max(mean) * 100:.0f}%" if mean and emotion else "no face"
        right = self._columns - 2 * pad - letters.width_of("Happiness 100%") - round(letters.size * 1.2)
        paste(foot, letters.text(said, emotion, faint=emotion is None), right + pad, middle)
        return 2 * pad + letters.width_of("0:00:00.0"[-len(time) :]), right


def clock(seconds: float) -> str:
    whole = int(seconds * 10 + 1e-6)
    hours, minutes = whole // 36000, whole // 600 % 60
    rest = f"{minutes:02}:{whole // 10 % 60:02}.{whole % 10}"
    return f"{hours}:{rest}" if hours else rest
