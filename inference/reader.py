"""The second half of inference: detections followed over time, cropped and classified, as readings."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import numpy as np

from inference.crops import crop
from inference.detections import Detections
from inference.quality import flattened, quality
from inference.reading import Box, Face, Reading
from inference.tracker import Sighting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from inference.classifier import Classifier, Expression
    from inference.followers import Followers
    from stream.frame import Frame, Grey, Pixels

_AT_ONCE = nullcontext()


class Reader:
    """Makes readings of frames and the detections in them. To be called from one thread at a time; another
    thread takes another, and may share the followers."""

    def __init__(self, classifier: Classifier, followers: Followers) -> None:
        self._classifier = classifier
        self._followers = followers

    @property
    def tau(self) -> float | None:
        """How far the classifier corrects for rare emotions; `None` for one that cannot."""
        return self._classifier.tau

    def read(
        self,
        frames: Sequence[Frame],
        found: Sequence[Detections],
        turn: AbstractContextManager[None] = _AT_ONCE,
    ) -> list[Reading]:
        """One reading for each frame; the frames of one stream must come in capture order.

        Where several threads read, they follow by turns and do the rest side by side. A face is in a reading
        where it was seen with enough confidence, and seen before unless frames are rare.
        """
        greys = [frame.pixels.grey() for frame in frames]
        with turn:
            seen = self._followers.follow(frames, greys, found)
        faces = self._faces([frame.pixels for frame in frames], greys, found, seen)
        return [_reading(frame, of_it) for frame, of_it in zip(frames, faces, strict=True)]

    def read_picture(self, pixels: Pixels, found: Detections) -> tuple[Face, ...]:
        """Every confident face of a single picture, the largest first, numbered from 1."""
        largest = (-found.boxes[:, 2:].prod(1)).argsort(kind="stable").tolist()
        sure = [index for index in largest if found.scores[index] >= self._followers.confident]
        seen = [Sighting(rank, index, float(found.scores[index])) for rank, index in enumerate(sure, start=1)]
        return self._faces([pixels], [pixels.grey()], [found], [seen])[0]

    def read_within(self, pixels: Pixels, boxes: Sequence[Box]) -> tuple[Face, ...]:
        """What each of these boxes shows, in their order, numbered from 1, taken for a face without a doubt.

        A box must have an area, and may reach over the picture's edge: what lies beyond is as the edge is.
        """
        given = Detections(_array(boxes), None, np.ones(len(boxes), np.float32))
        seen = [Sighting(index + 1, index, 1.0) for index in range(len(boxes))]
        return self._faces([pixels], [pixels.grey()], [given], [seen])[0]

    def warm(self) -> None:
        """Run the classifier with every size of batch once."""
        self._classifier.warm()

    def forget(self, stream: str) -> None:
        """Drop what is kept of a stream; should it come again, its ids start anew."""
        self._followers.forget(stream)

    def _faces(
        self,
        pictures: Sequence[Pixels],
        greys: Sequence[Grey],
        found: Sequence[Detections],
        seen: Sequence[Sequence[Sighting]],
    ) -> list[tuple[Face, ...]]:
        """The faces of several pictures, all classified together."""
        crops = [self._crops(*one) for one in zip(pictures, greys, found, seen, strict=True)]
        shown = iter(self._classifier.classify([picture for of_one in crops for picture in of_one]))
        return [
            tuple(
                _face(in_it, sighting, picture, next(shown))
                for sighting, picture in zip(sightings, of_one, strict=True)
            )
            for in_it, sightings, of_one in zip(found, seen, crops, strict=True)
        ]

    def _crops(
        self, pixels: Pixels, grey: Grey, found: Detections, seen: Sequence[Sighting]
    ) -> list[NDArray[np.uint8]]:
        """One for each face seen; a picture is converted only for a model of colours, and only for faces."""
        rule, size = self._classifier.rule, self._classifier.size
        in_colour = self._classifier.coloured and seen
        picture = pixels.bgr(pixels.width, pixels.height) if in_colour else grey
        return [
            crop(picture, found.boxes[one.index], found.landmarks_of(one.index), rule, size) for one in seen
        ]


def _array(boxes: Sequence[Box]) -> NDArray[np.float32]:
    for box in boxes:
        if not (box.width > 0 and box.height > 0):
            raise ValueError(f"A box of {box.width:g}x{box.height:g} holds nothing; both must be above 0.")
    rows = [(box.left, box.top, box.width, box.height) for box in boxes]
    return np.array(rows, np.float32).reshape(-1, 4)


def _face(found: Detections, seen: Sighting, picture: NDArray[np.uint8], shown: Expression) -> Face:
    box, landmarks = found.boxes[seen.index], found.landmarks_of(seen.index)
    worth = quality(box, landmarks, seen.confidence, picture, shown.readability)
    return Face(
        id=seen.id,
        box=Box(*box.tolist()),
        landmarks=() if landmarks is None else tuple((x, y) for x, y in landmarks.tolist()),
        confidence=seen.confidence,
        quality=worth,
        scores=flattened(shown.scores, worth),
    )


def _reading(frame: Frame, faces: tuple[Face, ...]) -> Reading:
    return Reading(
        stream=frame.stream,
        sequence=frame.sequence,
        captured=frame.captured,
        captured_utc=frame.captured_utc,
        pts=frame.pts,
        width=frame.pixels.width,
        height=frame.pixels.height,
        faces=faces,
    )
