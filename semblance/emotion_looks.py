"""How the emotions look in a page and in a picture: the dashboard's colours, shapes and order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Look:
    """`light` and `dark` are its colour on such a ground; `outline` a path of SVG on a grid of 16 by 16."""

    light: str
    dark: str
    outline: str

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The colour for dark grounds, which a video is given."""
        return int(self.dark[1:3], 16), int(self.dark[3:5], 16), int(self.dark[5:7], 16)


LOOKS: Mapping[str, Look] = {
    "anger": Look("#a01e07", "#e5402a", "M8 2 15 14H1Z"),
    "contempt": Look(
        "#e064d1",
        "#a85584",
        "M3.5 1.5 8 6l4.5-4.5 2 2L10 8l4.5 4.5-2 2L8 10l-4.5 4.5-2-2L6 8 1.5 3.5Z",
    ),
    "disgust": Look("#57a47a", "#7cea70", "M2.5 2.5h11v11h-11Z"),
    "fear": Look("#9446cb", "#a985ff", "M8 .8 15.2 8 8 15.2.8 8Z"),
    "happiness": Look("#ae6a00", "#f09a10", "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8Z"),
    "neutral": Look("#515359", "#dfe3ea", "M1 5.8h14v4.4H1Z"),
    "sadness": Look("#2c3180", "#4c69e0", "M8 14 1 2h14Z"),
    "surprise": Look(
        "#2b7f8a",
        "#4fc0cc",
        "M8 .6 10.1 5.7 15.6 6.1 11.4 9.7 12.7 15 8 12.1 3.3 15 4.6 9.7.4 6.1 5.9 5.7Z",
    ),
}
"""Never colour alone: the shape tells them apart where the colour does not."""

STACK = ("neutral", "happiness", "surprise", "contempt", "sadness", "fear", "disgust", "anger")
"""Bands from the bottom up: neutral carries the others."""
