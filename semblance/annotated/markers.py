"""The emotions' markers as polygons, for pictures."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from semblance.emotion_looks import LOOKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GRID = 16
_FINER = 4  # drawn so many times larger, as Pillow's polygons have hard edges

CORNERS: Mapping[str, Sequence[tuple[float, float]]] = {
    "anger": ((8, 2), (15, 14), (1, 14)),
    "contempt": (
        *((3.5, 1.5), (8, 6), (12.5, 1.5), (14.5, 3.5), (10, 8), (14.5, 12.5)),
        *((12.5, 14.5), (8, 10), (3.5, 14.5), (1.5, 12.5), (6, 8), (1.5, 3.5)),
    ),
    "disgust": ((2.5, 2.5), (13.5, 2.5), (13.5, 13.5), (2.5, 13.5)),
    "fear": ((8, 0.8), (15.2, 8), (8, 15.2), (0.8, 8)),
    "happiness": tuple((8 + 6.2 * cos(pi * step / 16), 8 + 6.2 * sin(pi * step / 16)) for step in range(32)),
    "neutral": ((1, 5.8), (15, 5.8), (15, 10.2), (1, 10.2)),
    "sadness": ((8, 14), (1, 2), (15, 2)),
    "surprise": (
        *((8, 0.6), (10.1, 5.7), (15.6, 6.1), (11.4, 9.7), (12.7, 15)),
        *((8, 12.1), (3.3, 15), (4.6, 9.7), (0.4, 6.1), (5.9, 5.7)),
    ),
}
"""On the grid of the outlines in `LOOKS`, whose shapes they have."""


def draw_marker(picture: Image.Image, emotion: str, left: int, top: int, side: int) -> None:
    """Onto an RGBA picture, in the emotion's colour for dark grounds."""
    large = Image.new("L", (side * _FINER, side * _FINER))
    scale = side * _FINER / _GRID
    ImageDraw.Draw(large).polygon([(x * scale, y * scale) for x, y in CORNERS[emotion]], fill=255)
    mask = large.resize((side, side), Image.Resampling.BOX)
    picture.paste(Image.new("RGBA", (side, side), (*LOOKS[emotion].rgb, 255)), (left, top), mask)
