"""What is drawn into a frame: a box and a label for each face, and its foot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import cv2

from aggregation import microseconds
from aggregation.dominance import dominant
from aggregation.smoothing import Smoothing
from inference import EMOTIONS
from semblance.annotated.foot import Foot
from semblance.annotated.lettering import GROUND, Lettering
from semblance.annotated.pasting import paste
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

Area: TypeAlias = tuple[int, int, int, int]
"""Left, top, right and bottom, in whole pixels of the picture."""


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a frame's pixels are in the picture: so many times larger, and so far from its corner."""

    scale_x: float = 1.0
    scale_y: float = 1.0
    left: int = 0
    top: int = 0

    def area(self, box: Box) -> Area:
        return (
            self.left + round(box.left * self.scale_x),
            self.top + round(box.top * self.scale_y),
            self.left + round((box.left + box.width) * self.scale_x),
            self.top + round((box.top + box.height) * self.scale_y),
        )


class Drawing:
    """Draws into the frames of one video, in their order, as pictures of `width` by `height`."""

    def __init__(self, width: int, height: int, duration: float | None = None) -> None:
        size = min(_LARGEST, max(_SMALLEST, round(min(width, height) / _LETTERS)))
        self._lettering = Lettering(size)
        self._line = max(1, round(size / 8))
        self._smoothing = Smoothing(_SMOOTHED)
        self._foot = Foot(width, height, self._lettering, duration)

    def draw(self, picture: NDArray[np.uint8], reading: Reading, placing: Placing) -> None:
        """Into a picture in BGR that shows the frame of this reading."""
        at = reading.pts or 0.0
        instant = microseconds.from_seconds(at)
        self._smoothing.sweep(instant)
        shown = [
            (face.id, placing.area(face.box), self._smoothing.update(face.id, face.scores, instant))
            for face in reading.faces
        ]
        for _, box, scores in shown:
            self._draw_box(picture, box, dominant(scores))
        taken: list[Area] = []
        for number, box, scores in sorted(shown, key=lambda each: each[1][1]):
            self._draw_label(picture, number, box, scores, taken)
        self._foot.draw(picture, at, _mean([scores for _, _, scores in shown]))

    def _draw_box(self, picture: NDArray[np.uint8], box: Area, emotion: str | None) -> None:
        """The colour between two dark lines, so that it stands out on any ground."""
        left, top, right, bottom = box
        colour = LOOKS[emotion].rgb if emotion else _UNREAD
        for width, drawn in ((self._line + 2, _DARK), (self._line, colour[::-1])):
            cv2.rectangle(picture, (left, top), (right, bottom), drawn, width, cv2.LINE_AA)

    def _draw_label(
        self, picture: NDArray[np.uint8], number: int, box: Area, scores: Scores, taken: list[Area]
    ) -> None:
        emotion = dominant(scores)
        said = f"{emotion.capitalize()} {max(scores) * 100:.0f}%" if emotion else "not readable"
        label = self._lettering.label(number, emotion, said)
        rows, columns = picture.shape[:2]
        floor = rows - self._foot.height
        area = placed(label.shape[1], label.shape[0], box, columns, floor, self._line * 2, taken)
        taken.append(area)
        paste(picture, label, area[0], area[1])


def placed(width: int, height: int, box: Area, columns: int, floor: int, gap: int, taken: list[Area]) -> Area:
    """Above the face, else below it, else in it: the first place that is in the picture and free."""
    left = max(0, min(box[0] - gap, columns - width))
    tops = (box[1] - gap - height, box[3] + gap, box[1] + gap, box[3] - gap - height)
    places = [(left, top, left + width, top + height) for top in tops]
    inside = [place for place in places if place[1] >= 0 and place[3] <= floor]
    free = [place for place in inside if not any(_overlap(place, other) for other in taken)]
    return (free or inside or places)[0]


def _overlap(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _mean(scores: list[Scores]) -> Scores | None:
    if not scores:
        return None
    return tuple(sum(each[place] for each in scores) / len(scores) for place in range(len(EMOTIONS)))
