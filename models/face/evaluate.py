"""Measures detector files beside YuNet: `python -m models.face.evaluate [FILE...]`.

On the photographs held back from training, on drawn people of seeds nobody trained on, and in time. Prints
Markdown tables.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np
import onnxruntime

from models.drawn import SCORING_SEEDS, drawn
from models.face.faces import Faces, faces_of, overlaps
from models.face.finder import Finder, Found, as_wanted
from models.face.photographs import labelled
from models.registry import shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LEAST_HEIGHT, SAME_FACE, LEAST_SCORE, SURE = 16, 0.5, 0.02, 0.6
TIMED = ((320, 192), (640, 384))


class Detector(Protocol):
    """Finds the faces of a BGR picture (h, w, 3), best first."""

    def find(self, picture: NDArray[np.uint8], least: float) -> Found: ...


class YuNet:
    """The yardstick (Wu et al. 2023), through OpenCV."""

    def __init__(self, path: Path) -> None:
        self._detector = cv2.FaceDetectorYN.create(str(path), "", (320, 320), LEAST_SCORE, 0.45, 2000)

    def find(self, picture: NDArray[np.uint8], least: float) -> Found:
        self._detector.setInputSize(picture.shape[1::-1])
        self._detector.setScoreThreshold(least)
        _, rows = self._detector.detect(picture)
        found = np.zeros((0, 15), np.float32) if rows is None else np.asarray(rows, np.float32)
        found = found[np.argsort(-found[:, 14])]
        return Found(found[:, :4], found[:, 4:14].reshape(-1, 5, 2), found[:, 14])


@dataclass(frozen=True, slots=True)
class Labelled:
    picture: NDArray[np.uint8]
    faces: Faces


def average_precision(detector: Detector, pictures: Sequence[Labelled]) -> float:
    """The area under the curve of precision over recall at an overlap of 0.5; small faces do not count."""
    scores: list[float] = []
    right: list[bool] = []
    wanted = 0
    for each in pictures:
        found = detector.find(each.picture, LEAST_SCORE)
        large = each.faces.boxes[:, 3] >= LEAST_HEIGHT
        wanted += int(large.sum())
        for score, fits in zip(found.scores.tolist(), _fits(found, each.faces, large), strict=True):
            if fits is not None:
                scores.append(score)
                right.append(fits)
    order = np.argsort(-np.array(scores), kind="stable")
    hits = np.array(right)[order].cumsum()
    precision = hits / np.arange(1, len(hits) + 1)
    best = np.maximum.accumulate(precision[::-1])[::-1]
    return float((best * np.array(right)[order]).sum() / wanted)


def _fits(found: Found, faces: Faces, large: NDArray[np.bool_]) -> list[bool | None]:
    """Of each find, best first, whether it is a new face; `None` for one that counts neither way."""
    taken = np.zeros(len(faces), np.bool_)
    fits: list[bool | None] = []
    for box in found.boxes:
        shared = overlaps(box, faces.boxes) if len(faces) else np.zeros(1, np.float32)
        free = np.where(taken, 0, shared) if len(faces) else shared
        best = int(free.argmax())
        if free[best] >= SAME_FACE:
            taken[best] = True
            fits.append(True if large[best] else None)
        else:
            fits.append(None if box[3] < LEAST_HEIGHT else False)
    return fits


def found_share(detector: Detector, pictures: Sequence[Labelled]) -> float:
    """The share of all faces that are found with a score of 0.6 or more."""
    hits = total = 0
    for each in pictures:
        found = detector.find(each.picture, SURE)
        total += len(each.faces)
        for box in each.faces.boxes:
            hits += len(found.boxes) > 0 and bool(overlaps(box, found.boxes).max() >= SAME_FACE)
    return hits / total


def milliseconds(path: Path, width: int, height: int) -> float:
    """The median time of the network alone for one picture, on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    picture = np.zeros((height, width, 3), np.uint8)
    pictures = {session.get_inputs()[0].name: as_wanted(session, picture)}
    times = []
    for _ in range(40):
        started = time.perf_counter()
        session.run(None, pictures)
        times.append(time.perf_counter() - started)
    return 1000 * float(np.median(times))


def held_back(folder: Path, name: str) -> list[Labelled]:
    return [Labelled(picture, faces) for _, picture, faces in labelled(folder, name, held_back=True)]


def drawn_people(scenes: int) -> list[Labelled]:
    pictures = []
    for each in drawn(SCORING_SEEDS[:scenes], 1):
        count = len(each.boxes)
        faces = faces_of(each.boxes.tolist(), each.landmarks.tolist(), [1.0] * count, [True] * count)
        pictures.append(Labelled(each.picture, faces))
    return pictures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="*", help="detectors; without any, the shipped one")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("SEMBLANCE_DATA", "../shared/data")))
    parser.add_argument("--scenes", type=int, default=12, help="scenes of drawn people, 0 for none")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    files = options.files or [shipped("face").path]
    yardsticks = options.data / "reference_models"
    detectors: list[Detector] = [Finder(path) for path in files]
    detectors.append(YuNet(yardsticks / "yunet_n_640_640.onnx"))
    lines = ["| | " + " | ".join([*map(str, files), "YuNet"]) + " |", "| --- |" + " --- |" * len(detectors)]
    for name in ("scenes", "portraits"):
        pictures = held_back(options.data, name)
        lines.append(_line(f"{name}, AP50", [average_precision(each, pictures) for each in detectors]))
    if options.scenes:
        people = drawn_people(options.scenes)
        lines.append(_line("drawn people found at 0.6", [found_share(each, people) for each in detectors]))
    for width, height in TIMED:
        timed = [milliseconds(path, width, height) for path in [*files, yardsticks / "yunet_n_dynamic.onnx"]]
        lines.append(_line(f"ms at {width}x{height}", timed))
    sys.stdout.write("\n".join(lines) + "\n")


def _line(name: str, values: Sequence[float]) -> str:
    return f"| {name} | " + " | ".join(f"{value:.3f}" for value in values) + " |"


if __name__ == "__main__":
    main()
