"""What a decoded picture looks like: any mode of Pillow's as BGR, on white where it is transparent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BAND = 100_000
"""Pixels that are converted at once: what stands between the picture and its array stays in the cache."""


def bgr(image: Image.Image) -> NDArray[np.uint8]:
    """An array (height, width, 3)."""
    width, height = image.size
    picture = np.empty((height, width, 3), np.uint8)
    alpha, rows = _has_alpha(image), max(1, _BAND // width)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        picture[top:bottom] = _band(image.crop((0, top, width, bottom)), alpha=alpha)
    return picture


def _has_alpha(image: Image.Image) -> bool:
    """A picture that is clear everywhere is one whose writer left alpha empty, as many do with a BMP's."""
    if image.mode == "RGBA":
        return image.getchannel("A").getextrema() != (0, 0)
    return image.has_transparency_data


def _band(band: Image.Image, *, alpha: bool) -> NDArray[np.uint8]:
    if band.mode.startswith("I;16"):
        return _sixteen_bits(band)
    if alpha:
        band = _on_white(band.convert("RGBA"))
    if band.mode != "RGB":
        band = band.convert("RGB")
    flat = np.frombuffer(band.tobytes("raw", "BGR"), np.uint8)
    return flat.reshape(band.height, band.width, 3)


def _on_white(band: Image.Image) -> Image.Image:
    white = Image.new("RGB", band.size, (255, 255, 255))
    white.paste(band, mask=band.getchannel("A"))
    return white


def _sixteen_bits(band: Image.Image) -> NDArray[np.uint8]:
    """Grey; Pillow would clip what does not fit into eight bits."""
    values = np.asarray(band)
    grey = (values >> 8).astype(np.uint8)
    clear = band.info.get("transparency")
    if clear is not None:
        grey[values == clear] = 255
    return grey[..., np.newaxis]
