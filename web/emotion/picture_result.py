"""The Emotion API's answer to a picture: an array of its faces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.scores import scores_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inference.reading import Box, Face
    from web.emotion.rectangles import Rectangle


def picture_result(faces: Iterable[Face], size: tuple[int, int]) -> list[dict[str, Any]]:
    """The faces, largest first; those of one size in the order they were given in.

    No rectangle reaches over the edge of the picture, whose `size` is width and height.
    """
    entries = [_entry(_rectangle(face.box, size), face) for face in faces]
    return sorted(entries, key=_area, reverse=True)


def given_result(rectangles: Sequence[Rectangle], faces: Sequence[Face]) -> list[dict[str, Any]]:
    """What was seen in rectangles that the caller gave, which come back as they are."""
    return [
        _entry({"left": each.left, "top": each.top, "width": each.width, "height": each.height}, face)
        for each, face in zip(rectangles, faces, strict=True)
    ]


def _entry(rectangle: dict[str, int], face: Face) -> dict[str, Any]:
    return {"faceRectangle": rectangle, "scores": scores_json(face.scores)}


def _area(entry: dict[str, Any]) -> int:
    rectangle = entry["faceRectangle"]
    return int(rectangle["width"] * rectangle["height"])


def _rectangle(box: Box, size: tuple[int, int]) -> dict[str, int]:
    left, top = round(box.left), round(box.top)
    right, bottom = left + round(box.width), top + round(box.height)
    left, right = (min(max(side, 0), size[0]) for side in (left, right))
    top, bottom = (min(max(side, 0), size[1]) for side in (top, bottom))
    return {"left": left, "top": top, "width": right - left, "height": bottom - top}
