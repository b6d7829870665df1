"""What a classifier is measured on, and what comes out: `measured` gives the figures of cards and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.emotion import far_away, shown
from models.emotion.ferplus import LABELS
from models.emotion.measures import (
    Bin,
    PerClass,
    accuracy,
    calibration_error,
    confusion,
    crossed_calibration_error,
    mean_recall,
    negative_log_likelihood,
    per_class,
    reliability,
    softmax,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from models.emotion.classifier_file import ClassifierFile
    from models.emotion.shown import Shown
    from models.face.finder import Finder
    from models.manifest import Crop

SIDES, COMPRESSED_SIDE, JPEG_QUALITY, RATE_FACTOR = (30, 24, 20, 16), 30, 40, 28


@dataclass(frozen=True, slots=True)
class Trial:
    """FER+ validation, the same from far away by how, what most voters knew no word for or took for no face
    (n, 48, 48), the acted clips, and drawn people where wanted."""

    validation: Shown
    unreadable: NDArray[np.uint8]
    far_away: Mapping[str, NDArray[np.uint8]]
    acted: Shown
    drawn: Shown | None


@dataclass(frozen=True, slots=True)
class Read:
    """How a set of faces is read: `table` counts labels (rows) by what they are read as (columns)."""

    table: NDArray[np.intp]

    @property
    def accuracy(self) -> float:
        return accuracy(self.table)

    @property
    def mean_recall(self) -> float:
        return mean_recall(self.table)

    @property
    def classes(self) -> dict[str, PerClass]:
        return dict(zip(LABELS, per_class(self.table), strict=True))

    def mistakes(self, label: str) -> list[tuple[str, int]]:
        """What faces of the label are read as instead, the most frequent first."""
        row = LABELS.index(label)
        others = [
            (LABELS[column], int(self.table[row, column])) for column in range(len(LABELS)) if column != row
        ]
        return sorted((each for each in others if each[1]), key=lambda each: -each[1])


@dataclass(frozen=True, slots=True)
class Calibration:
    """The calibration error and likelihood of untempered scores, of those users get, and with a temperature
    found on other faces; the ranges of the reliability diagram are those of the scores users get."""

    error_untempered: float
    error: float
    error_crossed: float
    unlikelihood_untempered: float
    unlikelihood: float
    bins_untempered: list[Bin]
    bins: list[Bin]


@dataclass(frozen=True, slots=True)
class Clip:
    """An acted clip: what is acted, and its two highest mean scores, the highest first."""

    emotion: str
    frames: int
    first: tuple[str, float]
    second: tuple[str, float]

    @property
    def right(self) -> bool:
        return self.first[0] == self.emotion


@dataclass(frozen=True, slots=True)
class Results:
    """Everything measured of one classifier; `own_priors` is FER+ with nothing corrected.

    `readability` are the means for FER+ validation, for it from far away, and for the `unreadable` faces, of
    a classifier that says how readable a face is.
    """

    own_priors: Read
    validation: Read
    calibration: Calibration
    far_away: dict[str, Read]
    readability: list[float] | None
    unreadable: int
    acted: Read
    clips: list[Clip]
    drawn: Read | None
    milliseconds: float

    @property
    def clips_right(self) -> float:
        return sum(clip.right for clip in self.clips) / len(self.clips)


def load(folder: Path, finder: Finder, rule: Crop, scenes: int) -> Trial:
    """The trial of crops cut by `rule`; `scenes` of drawn people, 0 for none."""
    validation = shown.ferplus(folder)
    faces, side = validation.pictures, COMPRESSED_SIDE
    far = {f"{size} pixels": far_away.shrunk(faces, size) for size in SIDES}
    far[f"{side} pixels, JPEG of quality {JPEG_QUALITY}"] = far_away.jpeg(faces, side, JPEG_QUALITY)
    far[f"{side} pixels in H.264 at CRF {RATE_FACTOR}"] = far_away.streamed(faces, side, RATE_FACTOR)
    drawn = shown.drawn_people(finder, rule, scenes) if scenes else None
    return Trial(validation, shown.unreadable(folder), far, shown.acted(folder, finder, rule), drawn)


def measured(classifier: ClassifierFile, trial: Trial) -> Results:
    labels, logits = trial.validation.labels, classifier.logits(trial.validation.pictures)
    corrected = classifier.corrected(logits)
    acted = classifier.scores(trial.acted.pictures)
    drawn = None
    if trial.drawn is not None:
        drawn = Read(confusion(classifier.scores(trial.drawn.pictures), trial.drawn.labels))
    return Results(
        own_priors=Read(confusion(logits, labels)),
        validation=Read(confusion(corrected, labels)),
        calibration=_calibration(corrected, labels, classifier.manifest.temperature),
        far_away={
            how: Read(confusion(classifier.scores(faces), labels)) for how, faces in trial.far_away.items()
        },
        readability=_readability(classifier, trial),
        unreadable=len(trial.unreadable),
        acted=Read(confusion(acted, trial.acted.labels)),
        clips=clips(acted, trial.acted.labels),
        drawn=drawn,
        milliseconds=classifier.milliseconds(),
    )


def clips(scores: NDArray[np.float64], labels: NDArray[np.intp]) -> list[Clip]:
    """The clips whose frames have these scores; one for each label, by which they are told apart."""
    read = []
    for label in np.unique(labels):
        mean = scores[labels == label].mean(axis=0)
        first, second = np.argsort(-mean)[:2]
        best, next_best = (LABELS[first], float(mean[first])), (LABELS[second], float(mean[second]))
        read.append(Clip(LABELS[label], int((labels == label).sum()), best, next_best))
    return read


def _readability(classifier: ClassifierFile, trial: Trial) -> list[float] | None:
    if len(classifier.manifest.outputs) == 1:
        return None
    every = [trial.validation.pictures, *trial.far_away.values(), trial.unreadable]
    return [float(classifier.readability(faces).mean()) for faces in every]


def _calibration(logits: NDArray[np.float64], labels: NDArray[np.intp], temperature: float) -> Calibration:
    plain, scores = softmax(logits), softmax(logits, temperature)
    return Calibration(
        error_untempered=calibration_error(plain, labels),
        error=calibration_error(scores, labels),
        error_crossed=crossed_calibration_error(logits, labels),
        unlikelihood_untempered=negative_log_likelihood(plain, labels),
        unlikelihood=negative_log_likelihood(scores, labels),
        bins_untempered=reliability(plain, labels),
        bins=reliability(scores, labels),
    )
