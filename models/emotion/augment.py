"""Random changes to a batch of face pictures: what cameras, crops and hands in front of faces do to them."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch.nn import functional

TURN = 0.3  # radians, either way
ZOOM = 0.15
SHIFT = 0.12  # of half the picture
CONTRAST = 0.35
BRIGHTNESS = 30.0


def augment(pictures: torch.Tensor) -> torch.Tensor:
    """Pictures (n, 1, s, s) of 0..255 as float32, each turned, shifted, mirrored, relit and covered.

    A quarter of them comes back as from a camera far away: small, compressed, enlarged again.
    """
    changed = _relit(_warped(pictures.float()))
    far = torch.randperm(len(changed))[: len(changed) // 4]
    changed[far] = coarsened(changed[far], int(torch.randint(14, 40, ())), quality=(15, 75))
    return _covered(changed)


def coarsened(pictures: torch.Tensor, size: int, quality: tuple[int, int] | None = None) -> torch.Tensor:
    """Pictures shrunk to `size` pixels a side and enlarged again, between the two a JPEG of that quality."""
    small = functional.interpolate(pictures, size=size, mode="area")
    if quality is not None:
        small = torch.stack([_compressed(picture, int(torch.randint(*quality, ()))) for picture in small])
    return functional.interpolate(small, size=pictures.shape[-1], mode="bilinear", align_corners=False)


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


def _compressed(picture: torch.Tensor, quality: int) -> torch.Tensor:
    """One picture (1, s, s) as a JPEG shows it."""
    grey = picture[0].clamp(0, 255).to(torch.uint8).numpy()
    _, content = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    shown = np.asarray(cv2.imdecode(content, cv2.IMREAD_GRAYSCALE), np.uint8)
    return torch.from_numpy(shown).float()[None]


def _covered(pictures: torch.Tensor) -> torch.Tensor:
    """A third of the pictures with one square of the batch's size and place greyed out."""
    side = int(torch.randint(6, 18, ()))
    top, left = torch.randint(0, pictures.shape[-1] - side, (2,)).tolist()
    chosen = torch.rand(len(pictures)) < 0.35
    pictures[chosen, :, top : top + side, left : left + side] = 128
    return pictures
