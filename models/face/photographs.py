"""The photographs the detector learns from, read into memory with their faces."""

from __future__ import annotations

import hashlib
import json
import random
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from models.face.faces import Faces, faces_of, joined, no_faces, overlaps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

BARE_WEIGHT = 2.0
"""Bare faces count more than masked ones, of which the scenes have many."""
BARE_SCENES = 0.5
"""So many scenes are drawn from those that have a face not marked as masked, for the same reason."""
HELD_BACK_SCENES, HELD_BACK_PORTRAITS = 300, 300


@dataclass(frozen=True, slots=True)
class Photograph:
    """A picture (h, w, 3) BGR uint8 at full, half, quarter and eighth size, and its faces at full size."""

    levels: tuple[NDArray[np.uint8], ...]
    faces: Faces


@dataclass(frozen=True, slots=True)
class Collection:
    """What one training draws from."""

    scenes: list[Photograph]
    bare: list[Photograph]
    portraits: list[Photograph]
    heads: list[Photograph]
    backgrounds: list[Photograph]

    def some_scene(self) -> Photograph:
        return random.choice(self.bare if random.random() < BARE_SCENES else self.scenes)


def for_training(folder: Path, found: Mapping[str, NDArray[np.float32]]) -> Collection:
    """All photographs but those held back; `found` are a teacher's finds by scene (`teacher.py`)."""
    scenes = [
        photograph(picture, joined([faces, _further(faces, found.get(name))]))
        for name, picture, faces in labelled(folder, "scenes", held_back=False)
    ]
    return Collection(
        scenes=scenes,
        bare=[scene for scene in scenes if (scene.faces.counted & (scene.faces.weights > 1)).any()],
        portraits=[
            photograph(picture, faces) for _, picture, faces in labelled(folder, "portraits", held_back=False)
        ],
        heads=[photograph(picture, faces) for picture, faces in heads(folder)],
        backgrounds=[photograph(picture, no_faces()) for picture in backgrounds(folder)],
    )


def photograph(picture: NDArray[np.uint8], faces: Faces) -> Photograph:
    levels = [picture]
    for _ in range(3):
        height, width = levels[-1].shape[:2]
        smaller = (max(1, width // 2), max(1, height // 2))
        levels.append(
            cv2.resize(levels[-1], smaller, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        )
    return Photograph(tuple(levels), faces)


def labelled(folder: Path, name: str, *, held_back: bool) -> Iterator[tuple[str, NDArray[np.uint8], Faces]]:
    """The pictures of "scenes" or "portraits" with their names and faces, held back ones or all others."""
    lines = (folder / "faces" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    count = HELD_BACK_SCENES if name == "scenes" else HELD_BACK_PORTRAITS
    kept = held_back_names([entry["image"] for entry in entries], count)
    with zipfile.ZipFile(folder / "faces" / f"{name}.zip") as archive:
        for entry in entries:
            if (entry["image"] in kept) == held_back:
                yield entry["image"], decoded(archive.read(entry["image"])), _labels(entry["faces"])


def held_back_names(names: list[str], count: int) -> frozenset[str]:
    """The `count` names with the lowest hashes: the same ones on every machine, whatever the order."""
    return frozenset(sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())[:count])


def decoded(content: bytes) -> NDArray[np.uint8]:
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("a picture of the data set cannot be decoded; fetch the data again")
    return picture.astype(np.uint8, copy=False)


def box_of_landmarks68(points: NDArray[np.float32]) -> list[float]:
    """A box like an annotator's from the 68 landmarks, which end at the brows and the cheeks' outline."""
    left, top = points.min(axis=0).tolist()
    right, bottom = points.max(axis=0).tolist()
    top -= 0.31 * (bottom - top)
    trim = 0.035 * (right - left)
    return [left + trim, top, right - left - 2 * trim, bottom - top]


def _labels(entries: list[dict[str, object]]) -> Faces:
    return faces_of(
        [entry["box"] for entry in entries],  # type: ignore[misc]
        [entry["landmarks"] for entry in entries],  # type: ignore[misc]
        [1.0 if entry["masked"] else BARE_WEIGHT for entry in entries],
        [True] * len(entries),
    )


def _further(faces: Faces, found: NDArray[np.float32] | None) -> Faces:
    """What the teacher found where no label is: sure finds are faces, the others must not count as wrong."""
    new = [] if found is None else [row for row in found if _unlabelled(row[:4], faces)]
    return faces_of(
        [row[:4].tolist() for row in new],
        [row[4:14].reshape(5, 2).tolist() for row in new],
        [1.2] * len(new),
        [bool(row[14] >= 0.75) for row in new],
    )


def _unlabelled(box: NDArray[np.float32], faces: Faces) -> bool:
    return len(faces) == 0 or float(overlaps(box, faces.boxes).max()) < 0.3


def heads(folder: Path) -> Iterator[tuple[NDArray[np.uint8], Faces]]:
    lines = (folder / "faces" / "landmarks68.jsonl").read_text(encoding="utf-8").splitlines()
    with zipfile.ZipFile(folder / "faces" / "landmarks68.zip") as archive:
        for entry in map(json.loads, lines):
            points = np.array(entry["landmarks68"], np.float32)
            five = [points[36:42].mean(0), points[42:48].mean(0), points[30], points[48], points[54]]
            landmarks = [point.tolist() for point in five]
            faces = faces_of([box_of_landmarks68(points)], [landmarks], [BARE_WEIGHT], [True])
            yield decoded(archive.read(entry["image"])), faces


def backgrounds(folder: Path) -> Iterator[NDArray[np.uint8]]:
    with zipfile.ZipFile(folder / "faces" / "backgrounds.zip") as archive:
        for name in archive.namelist():
            yield decoded(archive.read(name))
