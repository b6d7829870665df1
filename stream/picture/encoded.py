"""A picture as its file holds it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Encoded:
    """The first picture of a file in its own format, without all that is said about it.

    `size` is width and height before it is turned upright, `orientation` EXIF's, 1 to 8. With the `ending`
    added a decoder makes do with data that breaks off; then its last rows are missing, or where it is stored
    `upside_down` its first, or where it is stored `in_passes` its details.
    """

    size: tuple[int, int]
    data: bytes
    orientation: int = 1
    ending: bytes = b""
    upside_down: bool = False
    in_passes: bool = False
