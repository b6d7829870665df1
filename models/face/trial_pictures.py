"""The pictures a detector is measured on: held back ones, and some without faces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from models.drawn import SCORING_SEEDS, drawn
from models.face.faces import Faces, faces_of
from models.face.photographs import backgrounds, heads, labelled

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from models.face.finder import Found
    from models.face.yunet import YuNet

NEEDED = tuple(
    [f"faces/{name}.{kind}" for name in ("scenes", "portraits", "landmarks68") for kind in ("jsonl", "zip")]
    + [
        "faces/backgrounds.zip",
        "reference_models/yunet_n_640_640.onnx",
        "reference_models/yunet_n_dynamic.onnx",
    ]
)
YUNET_SURE, EVERY_HEAD, SMALL = 0.7, 8, 0.5


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


def halved(labelled: Labelled) -> Labelled:
    pictures = [
        np.asarray(cv2.resize(picture, None, fx=SMALL, fy=SMALL, interpolation=cv2.INTER_AREA), np.uint8)
        for picture in labelled.pictures
    ]
    return Labelled(pictures, labelled.faces)
