"""What a detector is measured on, and what comes out: `measured` gives the figures of cards and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np

from models.drawn import SCORING_SEEDS, drawn
from models.face.faces import Faces, faces_of, overlaps
from models.face.landmark_error import landmark_errors
from models.face.photographs import BARE_WEIGHT, backgrounds, heads, labelled
from models.face.precision import LEAST_HEIGHT, curve

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from models.face.finder import Found
    from models.face.landmark_error import LandmarkErrors
    from models.face.precision import Curve
    from models.face.yunet import YuNet

NEEDED = tuple(
    [f"faces/{name}.{kind}" for name in ("scenes", "portraits", "landmarks68") for kind in ("jsonl", "zip")]
    + [
        "faces/backgrounds.zip",
        "reference_models/yunet_n_640_640.onnx",
        "reference_models/yunet_n_dynamic.onnx",
    ]
)
LEAST_SCORE, YUNET_SURE, EVERY_HEAD = 0.02, 0.7, 4
DRAWN_SCORE, DRAWN_OVERLAP = 0.5, 0.5
SMALL, LEAST_SIDE = 0.5, 24
FALSE_PER_PICTURE = 0.5
HEIGHTS = ((16, 24), (24, 40), (40, 80), (80, float("inf")))


class Detector(Protocol):
    """Finds the faces of a BGR picture (h, w, 3) scored `least` or more, best first."""

    def find(self, picture: NDArray[np.uint8], least: float) -> Found: ...


@dataclass(frozen=True, slots=True)
class Labelled:
    """Pictures and the faces marked in each."""

    pictures: list[NDArray[np.uint8]]
    faces: list[Faces]


@dataclass(frozen=True, slots=True)
class Trial:
    """Photographs held back, heads with 68 landmarks (learnt from, for want of others), pictures without
    faces (learnt from too), drawn people; and what YuNet is sure of in the scenes and portraits."""

    scenes: Labelled
    portraits: Labelled
    heads: Labelled
    backgrounds: list[NDArray[np.uint8]]
    drawn: Labelled
    yunet_scenes: list[Found]
    yunet_portraits: list[Found]


@dataclass(frozen=True, slots=True)
class Results:
    """Everything measured of one detector but its time; average precisions are for the overlap they name.

    `half` are the scenes at half their size. `false_faces` are those at the default threshold in all
    backgrounds, of any size and of `LEAST_SIDE` pixels or more, as many as inference reports.
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


def load(folder: Path, yunet: YuNet, scenes: int) -> Trial:
    """Read everything; `scenes` of drawn people."""
    held, portraits = _held_back(folder, "scenes"), _held_back(folder, "portraits")
    some = [each for index, each in enumerate(heads(folder)) if index % EVERY_HEAD == 0]
    return Trial(
        scenes=held,
        portraits=portraits,
        heads=Labelled([picture for picture, _ in some], [faces for _, faces in some]),
        backgrounds=list(backgrounds(folder)),
        drawn=_drawn(scenes),
        yunet_scenes=[yunet.find(picture, YUNET_SURE) for picture in held.pictures],
        yunet_portraits=[yunet.find(picture, YUNET_SURE) for picture in portraits.pictures],
    )


def measured(detector: Detector, confidence: float, trial: Trial) -> Results:
    """The figures of a detector that by default reports faces from `confidence` on."""
    scenes, half = _finds(detector, trial.scenes), _finds(detector, _halved(trial.scenes))
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


def _held_back(folder: Path, name: str) -> Labelled:
    both = [(picture, faces) for _, picture, faces in labelled(folder, name, held_back=True)]
    return Labelled([picture for picture, _ in both], [faces for _, faces in both])


def _drawn(scenes: int) -> Labelled:
    pictures, faces = [], []
    for each in drawn(SCORING_SEEDS[:scenes], 1):
        count = len(each.boxes)
        pictures.append(each.picture)
        faces.append(faces_of(each.boxes.tolist(), each.landmarks.tolist(), [1.0] * count, [True] * count))
    return Labelled(pictures, faces)


def _halved(labelled: Labelled) -> Labelled:
    pictures = [
        np.asarray(cv2.resize(picture, None, fx=SMALL, fy=SMALL, interpolation=cv2.INTER_AREA), np.uint8)
        for picture in labelled.pictures
    ]
    return Labelled(pictures, labelled.faces)


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
