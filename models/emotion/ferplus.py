"""FER+: the faces of FER2013 with the votes of ten people each, read by its authors' rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

LABELS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
"""The order of the network's outputs: the votes' first eight columns (then come "unknown", "not a face")."""

Split = Literal["train", "valid"]
Rule: TypeAlias = "Callable[[NDArray[np.uint8]], tuple[NDArray[np.bool_], NDArray[np.float32]]]"


@dataclass(frozen=True, slots=True)
class Faces:
    """Pictures (n, 48, 48) uint8 grey, and for each the shares of the eight labels (n, 8) float32."""

    pictures: NDArray[np.uint8]
    shares: NDArray[np.float32]

    @property
    def prior(self) -> NDArray[np.float64]:
        """The mean share of each label."""
        mean: NDArray[np.float64] = self.shares.mean(axis=0, dtype=np.float64)
        return mean


def for_training(folder: Path) -> Faces:
    """The training faces whose most frequent vote is an emotion, with all shares of votes as soft labels."""
    return _load(folder, "train", soft_shares)


def for_scoring(folder: Path) -> Faces:
    """The validation faces that more than half of the votes agree on, with that label alone."""
    return _load(folder, "valid", majority)


def unreadable(folder: Path) -> NDArray[np.uint8]:
    """The training pictures (n, 48, 48) whose most frequent vote is "unknown" or "not a face"."""
    with np.load(folder / "ferplus" / "ferplus.npz") as arrays:
        pictures, votes = arrays["train_images"], arrays["train_votes"]
    chosen: NDArray[np.uint8] = pictures[votes.argmax(axis=1) >= len(LABELS)]
    return chosen


def soft_shares(votes: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Which rows of votes are usable, and their shares of the eight emotions; single votes are dropped."""
    counted = _without_single_votes(votes)
    emotions = counted[:, : len(LABELS)]
    total = emotions.sum(axis=1, keepdims=True)
    usable = (counted.argmax(axis=1) < len(LABELS)) & (total[:, 0] > 0)
    return usable, emotions / np.maximum(total, 1)


def majority(votes: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Which rows have an emotion with more than half of the counted votes, and that emotion, one-hot.

    The rule of the data set's authors (Barsoum et al. 2016): single votes are dropped first.
    """
    counted = _without_single_votes(votes)
    winner = counted.argmax(axis=1)
    usable = (counted.max(axis=1) > counted.sum(axis=1) / 2) & (winner < len(LABELS))
    one_hot = np.eye(votes.shape[1], dtype=np.float32)[winner]
    return usable, one_hot[:, : len(LABELS)]


def _without_single_votes(votes: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.where(votes > 1, votes, 0).astype(np.float32)


def _load(folder: Path, split: Split, rule: Rule) -> Faces:
    with np.load(folder / "ferplus" / "ferplus.npz") as arrays:
        pictures, votes = arrays[f"{split}_images"], arrays[f"{split}_votes"]
    usable, shares = rule(votes)
    return Faces(pictures[usable], shares[usable])
