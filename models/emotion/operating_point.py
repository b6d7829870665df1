"""Chooses a classifier's prior correction and temperature: `python -m models.emotion.operating_point [FILE]`.

Prints what each tau gives on FER+ validation and on the acted clips. Proposed is the one of the highest mean
recall whose accuracy is still high enough; the clips have no say. `--write` puts both into the manifest.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from models import data_folder
from models.emotion import shown
from models.emotion.classifier_file import opened
from models.emotion.measures import (
    accuracy,
    best_temperature,
    calibration_error,
    confusion,
    crossed_calibration_error,
    mean_recall,
    softmax,
)
from models.emotion.trial import clips
from models.face.finder import Finder
from models.manifest import ModelError
from models.manifest_file import read
from models.markdown import share, table
from models.registry import shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.emotion.classifier_file import ClassifierFile
    from models.emotion.shown import Shown

LEAST_ACCURACY = 0.84
TAUS = tuple(round(step * 0.05, 2) for step in range(21))


@dataclass(frozen=True, slots=True)
class Point:
    """What one tau gives; `temperature` is the one that fits it best, `error` the calibration error then."""

    tau: float
    accuracy: float
    mean_recall: float
    error_untempered: float
    temperature: float
    error: float
    error_crossed: float


def sweep(classifier: ClassifierFile, validation: Shown, taus: Sequence[float] = TAUS) -> list[Point]:
    logits, labels = classifier.logits(validation.pictures), validation.labels
    points = []
    for tau in taus:
        corrected = classifier.corrected(logits, tau)
        counts, temperature = confusion(corrected, labels), best_temperature(corrected, labels)
        points.append(
            Point(
                tau=tau,
                accuracy=accuracy(counts),
                mean_recall=mean_recall(counts),
                error_untempered=calibration_error(softmax(corrected), labels),
                temperature=round(temperature, 3),
                error=calibration_error(softmax(corrected, temperature), labels),
                error_crossed=crossed_calibration_error(corrected, labels),
            )
        )
    return points


def proposed(points: Sequence[Point], least_accuracy: float = LEAST_ACCURACY) -> Point:
    """The highest mean recall among those accurate enough; where none is, the most accurate."""
    enough = [point for point in points if point.accuracy >= least_accuracy]
    if not enough:
        return max(points, key=lambda point: point.accuracy)
    return max(enough, key=lambda point: point.mean_recall)


def write(manifest: Path, point: Point) -> None:
    """Put the point's tau and temperature into a manifest; all else stays."""
    entry = json.loads(manifest.read_text(encoding="utf-8"))
    entry["prior"]["tau"], entry["temperature"] = point.tau, point.temperature
    manifest.write_text(json.dumps(entry, indent=2) + "\n", encoding="utf-8")
    read(manifest)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "file", type=Path, nargs="?", help="an ONNX file or a manifest; none: the shipped one"
    )
    data_folder.add_option(parser)
    parser.add_argument("--least-accuracy", type=float, default=LEAST_ACCURACY)
    parser.add_argument("--write", action="store_true", help="into the manifest beside the file")
    options = parser.parse_args()
    data_folder.require(options.data, shown.NEEDED)
    cv2.setNumThreads(1)
    try:
        classifier = opened(options.file)
    except ModelError as error:
        sys.exit(str(error))
    points = sweep(classifier, shown.ferplus(options.data))
    acted = shown.acted(options.data, Finder(shipped("face").path), classifier.rule)
    best = proposed(points, options.least_accuracy)
    sys.stdout.write(f"{_table(classifier, points, acted)}\n\n{_sentence(best, options.least_accuracy)}\n")
    if options.write:
        beside = classifier.manifest.path.with_name("manifest.json")
        if not beside.exists():
            sys.exit(f"There is no {beside} to write into; export the classifier with --release first.")
        write(beside, best)


def _table(classifier: ClassifierFile, points: Sequence[Point], acted: Shown) -> str:
    head = ["tau", "accuracy", "mean recall", "ECE", "temperature", "ECE then", "of other faces"]
    logits, rows = classifier.logits(acted.pictures), []
    for point in points:
        scores = softmax(classifier.corrected(logits, point.tau), point.temperature)
        right = sum(clip.right for clip in clips(scores, acted.labels))
        frames = float(np.mean(scores.argmax(axis=1) == acted.labels))
        figures = (point.accuracy, point.mean_recall, point.error_untempered, point.temperature, point.error)
        cells = [f"{point.tau:.2f}", *map(share, figures), share(point.error_crossed)]
        rows.append([*cells, share(frames), str(right)])
    return table([*head, "acted frames", "acted clips"], rows)


def _sentence(best: Point, least_accuracy: float) -> str:
    proposal = f"tau {best.tau:.2f}, temperature {best.temperature:.3f}"
    if best.accuracy < least_accuracy:
        return (
            f"No tau reaches an accuracy of {share(least_accuracy)}; "
            f"the most accurate, {share(best.accuracy)}: {proposal}."
        )
    return (
        f"Proposed: {proposal}: accuracy {share(best.accuracy)}, mean recall {share(best.mean_recall)}, "
        f"calibration error {share(best.error)}."
    )


if __name__ == "__main__":
    main()
