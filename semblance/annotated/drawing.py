"""What is drawn into a frame: a box and a label for each face, the timeline at the lower edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2

from aggregation import microseconds
from aggregation.dominance import dominant
from aggregation.smoothing import Smoothing
from inference import EMOTIONS
from semblance.annotated.lettering import GROUND, Lettering
from semblance.annotated.pasting import paste, shade
from semblance.annotated.ribbon import Ribbon
from semblance.emotion_looks import LOOKS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from inference import Box, Reading
    from inference.reading import Scores

_SMOOTHED = 0.25  # seconds, as everywhere
_UNREAD = (153, 164, 176)
_LETTERS = 34  # of the shorter side of the frame
_SMALLEST, _LARGEST = 10, 44
_DARK = GROUND[2::-1]


class Drawing:
    """Draws into the frames of one video, in their order, which are `width` by `height` as they are given."""

    def __init__(self, width: int, height: int, duration: float | None = None) -> None:
        size = min(_LARGEST, max(_SMALLEST, round(min(width, height) / _LETTERS)))
        self._lettering = Lettering(size)
        self._line = max(1, round(size / 8))
        self._smoothing = Smoothing(_SMOOTHED)
        self._ribbon = Ribbon(duration)

    def draw(self, picture: NDArray[np.uint8], reading: Reading, scale: tuple[float, float]) -> None:
        """Into a picture in BGR; `scale` leads from the reading's pixels to the picture's, x and y."""
        at = reading.pts or 0.0
        instant = microseconds.from_seconds(at)
        self._smoothing.sweep(instant)
        shown = [
            (face.id, _scaled(face.box, scale), self._smoothing.update(face.id, face.scores, instant))
            for face in reading.faces
        ]
        mean = _mean([scores for _, _, scores in shown])
        self._ribbon.add(at, mean)
        floor = picture.shape[0] - self._foot_height(picture)
        for _, box, scores in shown:
            self._draw_box(picture, box, dominant(scores))
        taken: list[_Area] = []
        for number, box, scores in sorted(shown, key=lambda each: each[1][1]):
            self._draw_label(picture, number, box, scores, taken, floor)
        self._draw_foot(picture, at, mean)

    def _draw_box(self, picture: NDArray[np.uint8], box: _Area, emotion: str | None) -> None:
        """The colour between two dark lines, so that it stands out on any ground."""
        left, top, right, bottom = box
        colour = LOOKS[emotion].rgb if emotion else _UNREAD
        for width, drawn in ((self._line + 2, _DARK), (self._line, colour[::-1])):
            cv2.rectangle(picture, (left, top), (right, bottom), drawn, width, cv2.LINE_AA)

    def _draw_label(
        self,
        picture: NDArray[np.uint8],
        number: int,
        box: _Area,
        scores: Scores,
        taken: list[_Area],
        floor: int,
    ) -> None:
        emotion = dominant(scores)
        said = f"{emotion.capitalize()} {max(scores) * 100:.0f}%" if emotion else "not readable"
        label = self._lettering.label(number, emotion, said)
        area = placed(label.shape[1], label.shape[0], box, picture.shape[1], floor, self._line * 2, taken)
        taken.append(area)
        paste(picture, label, area[0], area[1])

    def _foot_height(self, picture: NDArray[np.uint8]) -> int:
        return max(round(self._lettering.height * 1.8), round(int(picture.shape[0]) * 0.095))

    def _draw_foot(self, picture: NDArray[np.uint8], at: float, mean: Scores | None) -> None:
        height, (rows, columns) = self._foot_height(picture), picture.shape[:2]
        letters = self._lettering
        foot = picture[rows - height :]
        shade(foot, GROUND)
        pad = round(letters.size * 0.6)
        middle = (height - letters.height) // 2
        clock = letters.text(_clock(at), faint=True)
        left, right = pad, columns - pad
        if columns > letters.size * 24:
            paste(foot, clock, left, middle)
            left += letters.width_of("00:00.0") + pad
            emotion = dominant(mean)
            said = f"{emotion.capitalize()} {max(mean) * 100:.0f}%" if mean and emotion else "no face"
            right -= letters.width_of("Happiness 100%") + round(letters.size * 1.2) + pad
            paste(foot, letters.text(said, emotion, faint=emotion is None), right + pad, middle)
        edge = max(2, round(height * 0.16))
        if right - left > 8 and height > 2 * edge:
            foot[edge : height - edge, left:right] = self._ribbon.draw(at, right - left, height - 2 * edge)


_Area = tuple[int, int, int, int]
"""Left, top, right and bottom, in whole pixels of the picture."""


def _scaled(box: Box, scale: tuple[float, float]) -> _Area:
    x, y = scale
    return (
        round(box.left * x),
        round(box.top * y),
        round((box.left + box.width) * x),
        round((box.top + box.height) * y),
    )


def placed(
    width: int, height: int, box: _Area, columns: int, floor: int, gap: int, taken: list[_Area]
) -> _Area:
    """Above the face, else below it, else in it: the first place that is in the picture and free."""
    left = max(0, min(box[0] - gap, columns - width))
    tops = (box[1] - gap - height, box[3] + gap, box[1] + gap, box[3] - gap - height)
    places = [(left, top, left + width, top + height) for top in tops]
    inside = [place for place in places if place[1] >= 0 and place[3] <= floor]
    free = [place for place in inside if not any(_overlap(place, other) for other in taken)]
    return (free or inside or places)[0]


def _overlap(one: _Area, other: _Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _mean(scores: list[Scores]) -> Scores | None:
    if not scores:
        return None
    return tuple(sum(each[place] for each in scores) / len(scores) for place in range(len(EMOTIONS)))


def _clock(seconds: float) -> str:
    whole = int(seconds * 10)
    hours, minutes = whole // 36000, whole // 600 % 60
    rest = f"{minutes:02}:{whole // 10 % 60:02}.{whole % 10}"
    return f"{hours}:{rest}" if hours else rest
