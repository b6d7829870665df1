"""Measures classifier files side by side: `python -m models.emotion.evaluate [FILE...]`.

On FER+ validation by its authors' rule, on the acted clips (the acting instruction as the label of the whole
clip), on drawn people of seeds nobody trained on, and in time. Prints Markdown tables.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import onnxruntime

from models.drawn import SCORING_SEEDS, drawn
from models.emotion.crop import cropped
from models.emotion.ferplus import LABELS, for_scoring
from models.emotion.rendered import crops
from models.face.finder import Finder
from models.manifest import Crop, Manifest, ModelError
from models.registry import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

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
FRAME_STEP = 2
Row = tuple[str, "Callable[[Classifier], float]"]


@dataclass(frozen=True, slots=True)
class Shown:
    """Pictures (n, 48, 48) with the index of the label each shows (n,)."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.intp]


class Classifier:
    """A classifier's file on one thread of the CPU, its prior corrected as the manifest says, or not."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        if manifest.prior is None:
            raise ModelError(f"The manifest of {manifest.name} names no prior to correct for.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        shares = [manifest.prior.training[label] for label in LABELS]
        self._shift = manifest.prior.tau * np.log(shares)
        self.name = str(path)

    def scores(self, pictures: NDArray[np.uint8], *, corrected: bool) -> NDArray[np.float64]:
        """The eight scores (n, 8) of each picture."""
        batches = [pictures[start : start + 256] for start in range(0, len(pictures), 256)]
        logits = np.concatenate([self._run(batch) for batch in batches]).astype(np.float64)
        if corrected:
            logits -= self._shift
        shares = np.exp(logits - logits.max(1, keepdims=True))
        result: NDArray[np.float64] = shares / shares.sum(1, keepdims=True)
        return result

    def milliseconds(self, batch: int) -> float:
        """The median time for one face in a batch of that size."""
        pictures = np.random.default_rng(0).integers(0, 255, (batch, 48, 48), np.uint8)
        times = []
        for _ in range(60):
            started = time.perf_counter()
            self._run(pictures)
            times.append(time.perf_counter() - started)
        return 1000 * float(np.median(times)) / batch

    def _run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        batch = pictures[:, None].astype(np.float32)
        logits: NDArray[np.float32] = self._session.run(None, {self._input: batch})[0]
        return logits


def recalls(classifier: Classifier, shown: Shown, *, corrected: bool) -> NDArray[np.float64]:
    """Of the pictures that show each label, the share (8,) whose highest score is that label."""
    guessed = classifier.scores(shown.pictures, corrected=corrected).argmax(1)
    hits = [(guessed[shown.labels == index] == index).mean() for index in range(len(LABELS))]
    return np.array(hits)


def ferplus(folder: Path) -> Shown:
    faces = for_scoring(folder)
    return Shown(faces.pictures, faces.shares.argmax(1))


def acted(folder: Path, finder: Finder, rule: Crop) -> Shown:
    """The largest face of every second frame of the acted clips."""
    pictures, labels = [], []
    for name, emotion in ACTED.items():
        for frame in frames(folder / "clips" / f"acted_{name}.mp4"):
            found = finder.find(frame, 0.5)
            if len(found.boxes):
                largest = int(found.boxes[:, 2:].prod(axis=1).argmax())
                grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
                pictures.append(cropped(grey, found.boxes[largest], found.landmarks[largest], rule))
                labels.append(LABELS.index(emotion))
    return Shown(np.stack(pictures), np.array(labels))


def drawn_people(finder: Finder, rule: Crop, scenes: int) -> Shown:
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


def table(classifiers: Sequence[Classifier], title: str, rows: Sequence[Row]) -> str:
    lines = [f"| {title} | " + " | ".join(each.name for each in classifiers) + " |"]
    lines.append("| --- |" + " --- |" * len(classifiers))
    for name, measure in rows:
        lines.append(f"| {name} | " + " | ".join(f"{measure(each):.3f}" for each in classifiers) + " |")
    return "\n".join(lines) + "\n"


def rows(shown: Shown, *, corrected: bool) -> list[Row]:
    """Accuracy, mean recall and the recall of each label."""

    def accuracy(classifier: Classifier) -> float:
        guessed = classifier.scores(shown.pictures, corrected=corrected).argmax(1)
        return float((guessed == shown.labels).mean())

    def mean(classifier: Classifier) -> float:
        return float(recalls(classifier, shown, corrected=corrected).mean())

    def of(index: int) -> Callable[[Classifier], float]:
        return lambda classifier: float(recalls(classifier, shown, corrected=corrected)[index])

    each: list[Row] = [
        (f"{label} ({(shown.labels == index).sum()})", of(index)) for index, label in enumerate(LABELS)
    ]
    return [(f"accuracy ({len(shown.labels)})", accuracy), ("mean recall", mean), *each]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="*", help="classifiers; without any, the shipped one")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("SEMBLANCE_DATA", "../shared/data")))
    parser.add_argument("--scenes", type=int, default=12, help="scenes of drawn people, 0 for none")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    manifest = shipped("emotion")
    rule, finder = manifest.crop or Crop(1.0, "eyes"), Finder(shipped("face").path)
    classifiers = [Classifier(path, manifest) for path in options.files or [manifest.path]]
    held_back, clips = ferplus(options.data), acted(options.data, finder, rule)
    tables = [
        ("FER+ validation", rows(held_back, corrected=False)),
        ("FER+ validation, prior corrected", rows(held_back, corrected=True)),
        ("acted clips, prior corrected", rows(clips, corrected=True)),
    ]
    if options.scenes:
        people = drawn_people(finder, rule, options.scenes)
        tables.append(("drawn people, prior corrected", rows(people, corrected=True)))
    tables.append(("time", [("ms a face, batch 16", lambda classifier: classifier.milliseconds(16))]))
    sys.stdout.writelines(table(classifiers, *each) + "\n" for each in tables)


if __name__ == "__main__":
    main()
