"""How small and how large a picture may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """In pixels: of the shorter side, of the longer (OpenCV warps at most 32766), and in all."""

    shortest: int = 36
    longest: int = 32_000
    pixels: int = 50_000_000
