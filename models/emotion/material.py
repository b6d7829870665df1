"""What the classifier's batches are drawn from: voted, drawn and photographed faces, and no faces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from models.emotion import ferplus
from models.emotion.augment import augment, coarsened, mixed

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LABELS = len(ferplus.LABELS)
MIXED = 0.5
"""The share of the batches whose voted faces are blended with each other."""
TRUST = 0.5
"""How far a voted face's label is what the teachers say instead of its votes."""
EVENLY, DRAWN, PHOTOGRAPHED, UNREADABLE, TOO_FAR = 0.12, 0.08, 0.25, 0.08, 0.04
"""How many of each kind join the voted faces of a batch, as shares of those."""
TYPICAL = 0.3
"""The share of its votes from which a face is an example of an emotion."""
TOO_SMALL = (4, 9)
"""A face of so many pixels cannot be read."""


@dataclass(frozen=True, slots=True)
class Faces:
    """Pictures (n, 1, 48, 48) uint8 with the shares of the eight labels (n, 8) float32, as tensors."""

    pictures: torch.Tensor
    shares: torch.Tensor

    @classmethod
    def of(cls, pictures: NDArray[np.uint8], shares: NDArray[np.float32]) -> Faces:
        return cls(torch.from_numpy(pictures)[:, None], torch.from_numpy(shares))

    def some(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        chosen = torch.randint(len(self.pictures), (count,))
        return self.pictures[chosen], self.shares[chosen]

    def evenly(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        """About `count` faces, of each label as many, the more typical ones rather."""
        typical = torch.where(self.shares >= TYPICAL, self.shares, 0).T
        chosen = torch.multinomial(typical, -(-count // LABELS), replacement=True).flatten()
        return self.pictures[chosen], self.shares[chosen]


@dataclass(slots=True)
class Batch:
    """`pictures` (n, 1, 48, 48) of 0..255; `shares` (n, 8), all zero where no emotion is to be learnt.

    `corrections` (n, 8) are taken off the logits first; `readable` (n,) is 1 or 0.
    """

    pictures: torch.Tensor
    shares: torch.Tensor
    corrections: torch.Tensor
    readable: torch.Tensor

    @classmethod
    def of(
        cls, pictures: torch.Tensor, shares: torch.Tensor | None, correction: torch.Tensor | None
    ) -> Batch:
        count = len(pictures)
        nothing = torch.zeros(count, LABELS)
        return cls(
            pictures,
            nothing if shares is None else shares,
            nothing if correction is None else correction.expand(count, -1),
            torch.full((count,), float(shares is not None)),
        )


def joined(parts: list[Batch]) -> Batch:
    columns = zip(*((p.pictures, p.shares, p.corrections, p.readable) for p in parts), strict=True)
    return Batch(*(torch.cat(column) for column in columns))


@dataclass(frozen=True, slots=True)
class Material:
    """All faces of one training. `correction` (8,) is what inference takes off the logits."""

    voted: Faces
    correction: torch.Tensor
    unreadable: torch.Tensor
    drawn: Faces | None = None
    photographed: Faces | None = None
    batch: int = 128

    @property
    def steps(self) -> int:
        return len(self.voted.pictures) // self.batch

    def batch_of(self, chosen: torch.Tensor) -> Batch:
        """One batch: the chosen of the voted faces, and some of every other kind."""
        pictures, shares = augment(self.voted.pictures[chosen]), self.voted.shares[chosen]
        far = coarsened(pictures[: self._some(TOO_FAR)], int(torch.randint(*TOO_SMALL, ())))
        if torch.rand(()) < MIXED:
            pictures, shares = mixed(pictures, shares)
        parts = [Batch.of(pictures, shares, None), Batch.of(far, None, None), self._blind()]
        # Where every emotion is shown equally often, it is judged as inference judges, corrected.
        parts.append(self._corrected(*self.voted.evenly(self._some(EVENLY))))
        if self.drawn is not None:
            parts.append(self._corrected(*self.drawn.some(self._some(DRAWN))))
        if self.photographed is not None:
            seen, labels = self.photographed.some(self._some(PHOTOGRAPHED))
            parts.append(Batch.of(augment(seen), labels, None))
        return joined(parts)

    def _corrected(self, pictures: torch.Tensor, shares: torch.Tensor) -> Batch:
        return Batch.of(augment(pictures), shares, self.correction)

    def _blind(self) -> Batch:
        chosen = torch.randint(len(self.unreadable), (self._some(UNREADABLE),))
        return Batch.of(augment(self.unreadable[chosen]), None, None)

    def _some(self, share: float) -> int:
        return max(1, round(share * self.batch))


def load(
    folder: Path, *, tau: float, batch: int, drawn: Path | None, photographs: Path | None, taught: Path | None
) -> Material:
    """The material of the data in `folder` and of what the recipe's earlier steps wrote."""
    faces = ferplus.for_training(folder)
    shares, blind, photographed = faces.shares, [ferplus.unreadable(folder)], None
    if photographs is not None:
        with np.load(photographs) as arrays:
            blind += [arrays["masked"], arrays["backgrounds"]]
            readable = arrays["readable"]
    if taught is not None:
        with np.load(taught) as arrays:
            shares = (1 - TRUST) * shares + TRUST * arrays["ferplus"]
            photographed = Faces.of(readable, arrays["photographs"]) if photographs is not None else None
    return Material(
        voted=Faces.of(faces.pictures, shares),
        correction=torch.from_numpy(np.log(faces.prior).astype(np.float32)) * tau,
        unreadable=torch.from_numpy(np.concatenate(blind))[:, None],
        drawn=None if drawn is None else _drawn(drawn),
        photographed=photographed,
        batch=batch,
    )


def _drawn(path: Path) -> Faces:
    """The crops `models.emotion.rendered` wrote."""
    with np.load(path) as arrays:
        return Faces.of(arrays["pictures"], np.eye(LABELS, dtype=np.float32)[arrays["labels"]])
