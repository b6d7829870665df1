"""The cells of the detector's three grids: where each looks, how its outputs become a box."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from models.face.network import STRIDES

SIZES = {8: (0, 44), 16: (20, 110), 32: (56, float("inf"))}
"""The face sizes, in pixels, that the cells of each stride learn."""
BOX_UNIT, LANDMARK_UNIT = 3.0, 2.0
"""Strides per unit: a size is `3 * stride * exp(output)`, a landmark's offset `2 * stride * output`."""


@dataclass(frozen=True, slots=True)
class Cells:
    """`centres` (a, 2) and `strides` (a,) of all cells of a picture, and the sizes each learns (a,)."""

    centres: torch.Tensor
    strides: torch.Tensor
    least: torch.Tensor
    most: torch.Tensor

    def read(self, outputs: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Score logits (n, a), corners (n, a, 4) and landmarks (n, a, 10) of the network's outputs."""
        rows = torch.cat([output.flatten(2).transpose(1, 2) for output in outputs], 1)
        unit = self.strides[:, None]
        centres = self.centres + rows[..., 1:3] * unit
        sizes = torch.exp(rows[..., 3:5].clamp(-3, 3)) * unit * BOX_UNIT
        boxes = torch.cat([centres - sizes / 2, centres + sizes / 2], -1)
        landmarks = self.centres.repeat(1, 5) + rows[..., 5:15] * LANDMARK_UNIT * unit
        return rows[..., 0], boxes, landmarks


def cells_of(width: int, height: int) -> Cells:
    """The cells of a picture whose sides are multiples of the largest stride."""
    centres, strides = [], []
    for stride in STRIDES:
        rows, columns = torch.arange(height // stride), torch.arange(width // stride)
        y, x = torch.meshgrid(rows, columns, indexing="ij")
        places = (torch.stack([x, y], -1).reshape(-1, 2) + 0.5) * stride
        centres.append(places)
        strides.append(torch.full((len(places),), float(stride)))
    every = torch.cat(strides)
    least = torch.tensor([SIZES[int(stride)][0] for stride in every.tolist()], dtype=torch.float32)
    most = torch.tensor([SIZES[int(stride)][1] for stride in every.tolist()], dtype=torch.float32)
    return Cells(torch.cat(centres), every, least, most)


def overlap(boxes: torch.Tensor, others: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Intersection over union of boxes given by corners, and generalised (Rezatofighi et al. 2019)."""
    start = torch.maximum(boxes[..., :2], others[..., :2])
    end = torch.minimum(boxes[..., 2:], others[..., 2:])
    shared = (end - start).clamp(min=0).prod(-1)
    area, other_area = ((b[..., 2:] - b[..., :2]).prod(-1) for b in (boxes, others))
    union = area + other_area - shared + 1e-6
    hull_start = torch.minimum(boxes[..., :2], others[..., :2])
    hull_end = torch.maximum(boxes[..., 2:], others[..., 2:])
    hull = (hull_end - hull_start).clamp(min=0).prod(-1) + 1e-6
    ratio = shared / union
    return ratio, ratio - (hull - union) / hull
