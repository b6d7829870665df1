"""Which cells answer for which face: SimOTA (Ge et al. 2021), the cells that already fit a face best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from models.face.cells import overlap

if TYPE_CHECKING:
    from models.face.cells import Cells

RADIUS = 1.5
"""A face's cells lie within this many strides of its centre."""
CANDIDATES = 10
IMPOSSIBLE = 1e6
IGNORED_MARGIN = 4


@dataclass(frozen=True, slots=True)
class Labels:
    """The faces of a batch: `picture` (m,) index in the batch, `corners` (m, 4), `landmarks` (m, 10),
    `marked` (m,) 1 where landmarks are known, `weights` (m,), `counted` (m,) bool."""

    picture: torch.Tensor
    corners: torch.Tensor
    landmarks: torch.Tensor
    marked: torch.Tensor
    weights: torch.Tensor
    counted: torch.Tensor


@dataclass(frozen=True, slots=True)
class Assignment:
    """`cells` (p,) flat indices over the batch that answer for a face, `faces` (p,) rows of the labels they
    answer for, `judged` (n * a,) 0 where a cell's score is not judged."""

    cells: torch.Tensor
    faces: torch.Tensor
    judged: torch.Tensor


def assigned(logits: torch.Tensor, boxes: torch.Tensor, labels: Labels, cells: Cells) -> Assignment:
    """The assignment for scores (n, a) and boxes (n, a, 4) of a batch; carries no gradient."""
    rows = labels.counted.nonzero()[:, 0]
    pictures, corners = labels.picture[rows], labels.corners[rows]
    cost, ratio = _cost(logits[pictures], boxes[pictures], corners, cells)
    wanted = ratio.topk(CANDIDATES, 1)[0].sum(1).int().clamp(min=1)
    costs, nearest = cost.topk(CANDIDATES, 1, largest=False)
    taken = (torch.arange(CANDIDATES)[None] < wanted[:, None]) & (costs < IMPOSSIBLE / 10)
    face = rows[:, None].expand(-1, CANDIDATES)[taken]
    cell = (pictures[:, None] * len(cells.strides) + nearest)[taken]
    owner = _cheapest(cell, face, costs[taken], logits.numel())
    answering = (owner >= 0).nonzero()[:, 0]
    judged = _judged(labels, cells, logits.shape)
    judged[answering] = 1
    return Assignment(answering, owner[answering], judged)


def _cost(
    logits: torch.Tensor, boxes: torch.Tensor, corners: torch.Tensor, cells: Cells
) -> tuple[torch.Tensor, torch.Tensor]:
    """What it would cost each cell to answer for each face (m, a), and how far their boxes agree."""
    sizes = corners[:, 2:] - corners[:, :2]
    side = sizes.prod(1).sqrt()[:, None]
    distance = (cells.centres[None] - (corners[:, None, :2] + sizes[:, None] / 2)).abs()
    strides = cells.strides[None, :, None]
    inside = (distance < sizes[:, None] / 2).all(-1) | (distance < strides).all(-1)
    near = (distance < RADIUS * strides).all(-1)
    possible = inside & near & (side >= cells.least) & (side < cells.most)
    ratio = overlap(boxes, corners[:, None])[0] * possible
    far = (distance / strides).pow(2).sum(-1)
    cost = -3 * torch.log(ratio + 1e-3) + functional.softplus(-logits) + 0.3 * far
    return cost + IMPOSSIBLE * ~possible, ratio


def _cheapest(cell: torch.Tensor, face: torch.Tensor, cost: torch.Tensor, count: int) -> torch.Tensor:
    """Of each of `count` cells the face that costs it least, or -1."""
    owner = torch.full((count,), -1)
    order = cost.argsort(descending=True, stable=True)
    # Written one after another: the last and cheapest claim on a cell stays.
    owner.numpy()[cell[order].numpy()] = face[order].numpy()
    return owner


def _judged(labels: Labels, cells: Cells, shape: torch.Size) -> torch.Tensor:
    """0 for the cells that lie on faces which are neither right nor wrong to find, else 1; flat."""
    judged = torch.ones(tuple(shape))
    rows = (~labels.counted).nonzero()[:, 0]
    corners = labels.corners[rows][:, None]
    covered = (cells.centres >= corners[..., :2] - IGNORED_MARGIN) & (
        cells.centres <= corners[..., 2:] + IGNORED_MARGIN
    )
    for picture, hidden in zip(labels.picture[rows].tolist(), covered.all(-1), strict=True):
        judged[picture][hidden] = 0
    return judged.view(-1)
