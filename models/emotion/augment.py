"""Random changes to a batch of face pictures: what cameras, crops and hands in front of faces do to them."""

from __future__ import annotations

import torch
from torch.nn import functional

TURN = 0.3  # radians, either way
ZOOM = 0.15
SHIFT = 0.12  # of half the picture
CONTRAST = 0.35
BRIGHTNESS = 30.0


def augment(pictures: torch.Tensor) -> torch.Tensor:
    """Pictures (n, 1, s, s) of 0..255 as float32, each turned, shifted, mirrored, relit and covered."""
    changed = _relit(_warped(pictures.float()))
    if torch.rand(()) < 0.2:
        changed = _coarsened(changed, int(torch.randint(18, 40, ())))
    return _covered(changed)


def mixed(
    pictures: torch.Tensor, shares: torch.Tensor, strength: float = 0.2
) -> tuple[torch.Tensor, torch.Tensor]:
    """Each picture blended with another of the batch, its label likewise (mixup, Zhang et al. 2018)."""
    share = float(torch.distributions.Beta(strength, strength).sample())
    other = torch.randperm(len(pictures))
    return (
        share * pictures + (1 - share) * pictures[other],
        share * shares + (1 - share) * shares[other],
    )


def _around_zero(count: int, reach: float) -> torch.Tensor:
    return (torch.rand(count) * 2 - 1) * reach


def _warped(pictures: torch.Tensor) -> torch.Tensor:
    count = len(pictures)
    angle, zoom = _around_zero(count, TURN), 1 + _around_zero(count, ZOOM)
    mirror = torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    cosine, sine = torch.cos(angle) * zoom, torch.sin(angle) * zoom
    rows = [
        torch.stack([cosine * mirror, -sine, _around_zero(count, SHIFT)], 1),
        torch.stack([sine * mirror, cosine, _around_zero(count, SHIFT)], 1),
    ]
    grid = functional.affine_grid(torch.stack(rows, 1), list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


def _relit(pictures: torch.Tensor) -> torch.Tensor:
    count = len(pictures)
    contrast = 1 + _around_zero(count, CONTRAST).view(-1, 1, 1, 1)
    brightness = _around_zero(count, BRIGHTNESS).view(-1, 1, 1, 1)
    return (pictures - 128) * contrast + 128 + brightness


def _coarsened(pictures: torch.Tensor, size: int) -> torch.Tensor:
    small = functional.interpolate(pictures, size=size, mode="area")
    return functional.interpolate(small, size=pictures.shape[-1], mode="bilinear", align_corners=False)


def _covered(pictures: torch.Tensor) -> torch.Tensor:
    """A third of the pictures with one square of the batch's size and place greyed out."""
    side = int(torch.randint(6, 18, ()))
    top, left = torch.randint(0, pictures.shape[-1] - side, (2,)).tolist()
    chosen = torch.rand(len(pictures)) < 0.35
    pictures[chosen, :, top : top + side, left : left + side] = 128
    return pictures
