"""The detector's loss: how wrong its scores, boxes and landmarks are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from models.face.assign import Assignment, Labels, assigned
from models.face.cells import overlap

if TYPE_CHECKING:
    from models.face.cells import Cells

SCORE, BOX, LANDMARKS = 2.0, 2.0, 6.0
SMOOTH = 0.01
"""Landmark errors below this share of the face's size count by their square. With 0.05, an eighth of the
distance between the eyes, the pull was weak just where exactness is won."""


def loss_of(outputs: list[torch.Tensor], labels: Labels, cells: Cells) -> torch.Tensor:
    """The parts (3,) of the loss, weighted: scores, boxes, landmarks. Their sum is what training lowers."""
    logits, boxes, landmarks = cells.read(outputs)
    with torch.no_grad():
        found = assigned(logits, boxes, labels, cells)
    weights = labels.weights[found.faces]
    total = weights.sum().clamp(min=1)
    corners = labels.corners[found.faces]
    ratio, generalised = overlap(boxes.reshape(-1, 4)[found.cells], corners)
    points = landmarks.reshape(-1, 10)[found.cells]
    parts = [
        SCORE * _scores(logits.reshape(-1), found, ratio.detach(), weights),
        BOX * ((1 - generalised) * weights).sum(),
        LANDMARKS * (_landmarks(points, labels, found, corners) * weights).sum(),
    ]
    return torch.stack(parts) / total


def _scores(
    logits: torch.Tensor, found: Assignment, ratio: torch.Tensor, weights: torch.Tensor
) -> torch.Tensor:
    """Quality focal loss (Li et al. 2020): a score is to say how well the box fits."""
    target = torch.zeros_like(logits)
    target[found.cells] = ratio.clamp(min=0.2)
    judged = found.judged.clone()
    judged[found.cells] = weights
    entropy = functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    return (entropy * (torch.sigmoid(logits) - target).pow(2) * judged).sum()


def _landmarks(
    points: torch.Tensor, labels: Labels, found: Assignment, corners: torch.Tensor
) -> torch.Tensor:
    """The mean smooth error of each answering cell's points, in units of the face's size."""
    size = (corners[:, 2:] - corners[:, :2]).prod(1).sqrt()[:, None]
    expected = labels.landmarks[found.faces]
    error = functional.smooth_l1_loss(points / size, expected / size, beta=SMOOTH, reduction="none")
    return error.mean(1) * labels.marked[found.faces]
