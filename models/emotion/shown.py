"""Faces whose expression is known, for measurements: FER+ validation, acted clips, drawn people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from models.drawn import SCORING_SEEDS, drawn
from models.emotion.crop import cropped
from models.emotion.ferplus import LABELS, for_scoring
from models.emotion.rendered import crops

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from models.face.finder import Finder
    from models.manifest import Crop

ACTED = {
    "angry": "anger",
    "contempt": "contempt",
    "disgusted": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "neutral": "neutral",
    "sad": "sadness",
    "surprised": "surprise",
}
NEEDED = ("ferplus/ferplus.npz", *(f"clips/acted_{name}.mp4" for name in ACTED))
FRAME_STEP, LEAST_SCORE = 2, 0.5


@dataclass(frozen=True, slots=True)
class Shown:
    """Pictures (n, 48, 48) with the index of the label each shows (n,)."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.intp]


def ferplus(folder: Path) -> Shown:
    """The validation faces by their authors' rule."""
    faces = for_scoring(folder)
    return Shown(faces.pictures, faces.shares.argmax(axis=1))


def unreadable(folder: Path) -> NDArray[np.uint8]:
    """The validation pictures (n, 48, 48) whose most frequent vote is "unknown" or "not a face"."""
    with np.load(folder / "ferplus" / "ferplus.npz") as arrays:
        pictures, votes = arrays["valid_images"], arrays["valid_votes"]
    chosen: NDArray[np.uint8] = pictures[votes.argmax(axis=1) >= len(LABELS)]
    return chosen


def acted(folder: Path, finder: Finder, rule: Crop) -> Shown:
    """The largest face of every second frame of the acted clips; one clip for each label."""
    pictures, labels = [], []
    for name, emotion in ACTED.items():
        for frame in frames(folder / "clips" / f"acted_{name}.mp4"):
            found = finder.find(frame, LEAST_SCORE)
            if len(found.boxes):
                largest = int(found.boxes[:, 2:].prod(axis=1).argmax())
                grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
                pictures.append(cropped(grey, found.boxes[largest], found.landmarks[largest], rule))
                labels.append(LABELS.index(emotion))
    return Shown(np.stack(pictures), np.array(labels))


def drawn_people(finder: Finder, rule: Crop, scenes: int) -> Shown:
    """People of the project's own test source, of seeds nobody trained on."""
    pictures, labels = [], []
    for picture in drawn(SCORING_SEEDS[:scenes], 2):
        for crop, _ in crops(picture, finder, rule):
            pictures.append(crop)
            labels.append(LABELS.index(picture.emotion))
    return Shown(np.stack(pictures), np.array(labels))


def frames(path: Path) -> Iterator[NDArray[np.uint8]]:
    """Every second picture (h, w, 3) BGR of a video."""
    video = cv2.VideoCapture(str(path))
    index = 0
    while True:
        going, picture = video.read()
        if not going:
            return
        if index % FRAME_STEP == 0:
            yield np.asarray(picture, np.uint8)
        index += 1
