"""Measures of a classifier's logits against labels: confusion, precision and recall, calibration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BINS = 15
_LOWEST, _HIGHEST, _STEPS = 0.2, 5.0, 60


@dataclass(frozen=True, slots=True)
class PerClass:
    """Of one label: how many of the faces read as it show it, how many that show it are read, and how many
    show it."""

    precision: float
    recall: float
    count: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Faces whose highest score lies in one range: its mean, the share read right, and how many they are."""

    confidence: float
    accuracy: float
    count: int


def softmax(logits: NDArray[np.float64], temperature: float = 1.0) -> NDArray[np.float64]:
    """The scores (n, k) of logits (n, k)."""
    scaled = logits / temperature
    shares = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    result: NDArray[np.float64] = shares / shares.sum(axis=1, keepdims=True)
    return result


def confusion(scores: NDArray[np.float64], labels: NDArray[np.intp]) -> NDArray[np.intp]:
    """How many faces of each label (row) have their highest score at each (column)."""
    count = scores.shape[1]
    table = np.zeros((count, count), np.intp)
    np.add.at(table, (labels, scores.argmax(axis=1)), 1)
    return table


def accuracy(table: NDArray[np.intp]) -> float:
    return float(np.trace(table) / table.sum())


def mean_recall(table: NDArray[np.intp]) -> float:
    """The mean of the labels' recalls, over those that are shown at all."""
    shown = table.sum(axis=1)
    return float((np.diag(table)[shown > 0] / shown[shown > 0]).mean())


def per_class(table: NDArray[np.intp]) -> list[PerClass]:
    """In the table's order; 0 where nothing was read as, or nothing shows, the label."""
    right, shown, read = np.diag(table), table.sum(axis=1), table.sum(axis=0)
    return [
        PerClass(float(hit / max(claimed, 1)), float(hit / max(there, 1)), int(there))
        for hit, there, claimed in zip(right, shown, read, strict=True)
    ]


def reliability(scores: NDArray[np.float64], labels: NDArray[np.intp], bins: int = BINS) -> list[Bin]:
    """The faces by their highest score, in ranges of equal width; empty ones are left out."""
    confidence, right = scores.max(axis=1), scores.argmax(axis=1) == labels
    # A confidence of exactly 1 belongs to the last range.
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        Bin(float(confidence[chosen].mean()), float(right[chosen].mean()), int(chosen.sum()))
        for chosen in (place == index for index in range(bins))
        if chosen.any()
    ]


def calibration_error(scores: NDArray[np.float64], labels: NDArray[np.intp], bins: int = BINS) -> float:
    """The expected calibration error (Naeini et al. 2015): the mean gap of score and share read right."""
    gaps = [abs(each.confidence - each.accuracy) * each.count for each in reliability(scores, labels, bins)]
    return float(sum(gaps) / len(labels))


def negative_log_likelihood(scores: NDArray[np.float64], labels: NDArray[np.intp]) -> float:
    """The mean of -log of the score of the true label."""
    return float(-np.log(np.maximum(scores[np.arange(len(labels)), labels], 1e-12)).mean())


def best_temperature(logits: NDArray[np.float64], labels: NDArray[np.intp]) -> float:
    """The temperature under which the labels are likeliest (Guo et al. 2017), by golden section, to 0.1 %."""
    shrink = (np.sqrt(5) - 1) / 2
    low, high = np.log(_LOWEST), np.log(_HIGHEST)

    def unlikely(exponent: float) -> float:
        return negative_log_likelihood(softmax(logits, float(np.exp(exponent))), labels)

    for _ in range(_STEPS):
        left, right = high - shrink * (high - low), low + shrink * (high - low)
        if unlikely(left) < unlikely(right):
            high = right
        else:
            low = left
        if high - low < 1e-3:
            break
    return float(np.exp((low + high) / 2))


def crossed_calibration_error(logits: NDArray[np.float64], labels: NDArray[np.intp]) -> float:
    """The calibration error where each half of the faces has the temperature that fits the other half."""
    scores = np.empty_like(logits)
    for half in (0, 1):
        temperature = best_temperature(logits[1 - half :: 2], labels[1 - half :: 2])
        scores[half::2] = softmax(logits[half::2], temperature)
    return calibration_error(scores, labels)
