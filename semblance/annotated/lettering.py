"""Labels as small pictures with transparency: text, a marker, rounded ground."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from semblance.annotated.markers import draw_marker

if TYPE_CHECKING:
    from numpy.typing import NDArray

GROUND = (14, 18, 22, 214)
INK = (240, 242, 245, 255)
FAINT = (172, 182, 192, 255)


class Lettering:
    """Writes at one size, in pixels. Labels are kept as long as they are in use."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.height = round(size * 1.5)
        self._font = ImageFont.load_default(size)
        self.label = lru_cache(512)(self._label)
        self.text = lru_cache(256)(self._text)

    def width_of(self, text: str) -> int:
        return round(self._font.getlength(text))

    def _label(self, number: int, emotion: str | None, said: str) -> NDArray[np.uint8]:
        """What stands at a face: (height, width, 4), RGBA."""
        pad, gap = round(self.size * 0.4), round(self.size * 0.35)
        side = round(self.size * 0.82) if emotion else 0
        numbered = f"{number}"
        first = self.width_of(numbered)
        width = pad + first + gap + (side + gap if emotion else 0) + self.width_of(said) + pad
        picture = Image.new("RGBA", (width, self.height))
        drawing = ImageDraw.Draw(picture)
        drawing.rounded_rectangle((0, 0, width - 1, self.height - 1), self.size * 0.3, GROUND)
        middle = self.height / 2
        drawing.text((pad, middle), numbered, FAINT, self._font, anchor="lm")
        at = pad + first + gap
        if emotion:
            draw_marker(picture, emotion, at, round(middle - side / 2), side)
            at += side + gap
        drawing.text((at, middle), said, INK, self._font, anchor="lm")
        return np.asarray(picture)

    def _text(self, said: str, emotion: str | None = None, *, faint: bool = False) -> NDArray[np.uint8]:
        """A text on no ground, with a marker before it: (height, width, 4), RGBA."""
        side = round(self.size * 0.82) if emotion else 0
        before = side + round(self.size * 0.35) if emotion else 0
        picture = Image.new("RGBA", (max(1, before + self.width_of(said)), self.height))
        if emotion:
            draw_marker(picture, emotion, 0, round((self.height - side) / 2), side)
        colour = FAINT if faint else INK
        ImageDraw.Draw(picture).text((before, self.height / 2), said, colour, self._font, anchor="lm")
        return np.asarray(picture)
