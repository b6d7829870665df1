"""The Emotion API's answer to a picture: an array of its faces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.scores import scores_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inference.reading import Box, Face


def picture_result(faces: Iterable[Face], size: tuple[int, int] | None = None) -> list[dict[str, Any]]:
    """The faces, largest first; those of one size in the order they were given in.

    With the `size` (width, height) of the picture no rectangle reaches over its edge.
    """
    entries = [
        {"faceRectangle": _rectangle(face.box, size), "scores": scores_json(face.scores)} for face in faces
    ]
    return sorted(entries, key=_area, reverse=True)


def _area(entry: dict[str, Any]) -> int:
    rectangle = entry["faceRectangle"]
    return int(rectangle["width"] * rectangle["height"])


def _rectangle(box: Box, size: tuple[int, int] | None) -> dict[str, int]:
    left, top = round(box.left), round(box.top)
    right, bottom = left + round(box.width), top + round(box.height)
    if size is not None:
        left, right = (min(max(side, 0), size[0]) for side in (left, right))
        top, bottom = (min(max(side, 0), size[1]) for side in (top, bottom))
    return {"left": left, "top": top, "width": right - left, "height": bottom - top}
