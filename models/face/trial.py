"""What comes out when a detector is measured: `measured` gives the figures of cards and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from models.face.faces import overlaps
from models.face.landmark_error import landmark_errors
from models.face.photographs import BARE_WEIGHT
from models.face.precision import LEAST_HEIGHT, curve
from models.face.trial_pictures import SMALL, halved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.face.faces import Faces
    from models.face.finder import Found
    from models.face.landmark_error import LandmarkErrors
    from models.face.precision import Curve
    from models.face.trial_pictures import Labelled, Trial

LEAST_SCORE, LEAST_SIDE = 0.02, 24
DRAWN_SCORE, DRAWN_OVERLAP = 0.5, 0.5
FALSE_PER_PICTURE = 0.5
HEIGHTS = ((16, 24), (24, 40), (40, 80), (80, float("inf")))


class Detector(Protocol):
    """Finds the faces of a BGR picture (h, w, 3) scored `least` or more, best first."""

    def find(self, picture: NDArray[np.uint8], least: float) -> Found: ...


@dataclass(frozen=True, slots=True)
class Results:
    """Everything measured of one detector but its time; average precisions are for the overlap they name.

    `half` are the scenes at half their size. `false_faces` are those at the default threshold in all
    backgrounds, of any size and of `LEAST_SIDE` pixels or more.
    """

    scenes: Curve
    scenes_bare: Curve
    scenes_bare_loose: Curve
    half: Curve
    half_bare: Curve
    portraits: Curve
    drawn_found: float
    backgrounds: int
    false_faces: tuple[int, int]
    landmarks: dict[str, LandmarkErrors]
    confidence: float

    @property
    def false_faces_in_200(self) -> float:
        return 200 * self.false_faces[1] / self.backgrounds

    def recall_by_height(self) -> dict[str, float]:
        return {
            f"{low} to {high}" if high < float("inf") else f"over {low}": self.scenes.recall_within(
                low, high, FALSE_PER_PICTURE
            )
            for low, high in HEIGHTS
        }


def measured(detector: Detector, confidence: float, trial: Trial) -> Results:
    """The figures of a detector that by default reports faces from `confidence` on."""
    scenes, half = _finds(detector, trial.scenes), _finds(detector, halved(trial.scenes))
    portraits = _finds(detector, trial.portraits)
    faces = trial.scenes.faces
    bare = [_large(each) & (each.weights >= BARE_WEIGHT) for each in faces]
    every = [_large(each) for each in faces]
    half = [found.scaled(1 / SMALL) for found in half]
    return Results(
        scenes=curve(scenes, faces, every),
        scenes_bare=curve(scenes, faces, bare),
        scenes_bare_loose=curve(scenes, faces, bare, overlap=0.4),
        half=curve(half, faces, every),
        half_bare=curve(half, faces, bare),
        portraits=curve(portraits, trial.portraits.faces, [_large(each) for each in trial.portraits.faces]),
        drawn_found=_found_share(detector, trial.drawn),
        backgrounds=len(trial.backgrounds),
        false_faces=_false_faces(detector, confidence, trial.backgrounds),
        landmarks=_landmarks(detector, confidence, scenes, portraits, trial),
        confidence=confidence,
    )


def _landmarks(
    detector: Detector, confidence: float, scenes: list[Found], portraits: list[Found], trial: Trial
) -> dict[str, LandmarkErrors]:
    def against(finds: list[Found], theirs: Sequence[Found]) -> LandmarkErrors:
        boxes, points = [each.boxes for each in theirs], [each.landmarks for each in theirs]
        return landmark_errors(finds, boxes, points, confidence)

    boxes, points = (
        [each.boxes for each in trial.heads.faces],
        [each.landmarks for each in trial.heads.faces],
    )
    return {
        "portraits, against YuNet": against(portraits, trial.yunet_portraits),
        "scenes, against YuNet": against(scenes, trial.yunet_scenes),
        "heads, against the 68 points": landmark_errors(
            _finds(detector, trial.heads), boxes, points, confidence
        ),
    }


def _finds(detector: Detector, labelled: Labelled) -> list[Found]:
    return [detector.find(picture, LEAST_SCORE) for picture in labelled.pictures]


def _large(faces: Faces) -> NDArray[np.bool_]:
    large: NDArray[np.bool_] = faces.boxes[:, 3] >= LEAST_HEIGHT
    return large


def _found_share(detector: Detector, labelled: Labelled) -> float:
    hits = total = 0
    for picture, faces in zip(labelled.pictures, labelled.faces, strict=True):
        found = detector.find(picture, DRAWN_SCORE)
        total += len(faces)
        for box in faces.boxes:
            hits += len(found.boxes) > 0 and bool(overlaps(box, found.boxes).max() >= DRAWN_OVERLAP)
    return hits / total if total else float("nan")


def _false_faces(
    detector: Detector, confidence: float, pictures: Sequence[NDArray[np.uint8]]
) -> tuple[int, int]:
    every = large = 0
    for picture in pictures:
        found = detector.find(picture, confidence)
        every += len(found.boxes)
        large += (
            int((found.boxes[:, 2:].min(axis=1, initial=np.inf) >= LEAST_SIDE).sum())
            if len(found.boxes)
            else 0
        )
    return every, large
