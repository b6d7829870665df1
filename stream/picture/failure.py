"""Why a picture cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from stream.picture.limits import PictureLimits

PictureCode: TypeAlias = Literal["InvalidImage", "InvalidImageSize"]


class PictureError(Exception):
    """What clients of Microsoft's services know, `code` and `message`, and what they would not be told.

    The message is one sentence for every broken picture; `reason` goes on after a file's name and says more.
    """

    def __init__(self, code: PictureCode, message: str, reason: str) -> None:
        super().__init__(message)
        self.code: PictureCode = code
        self.message = message
        self.reason = reason


def unreadable(reason: str) -> PictureError:
    return PictureError("InvalidImage", "Decoding error, image format unsupported.", reason)


def wrong_size(width: int, height: int, limits: PictureLimits) -> PictureError | None:
    """`None` where the size is right."""
    if min(width, height) < limits.shortest:
        return PictureError(
            "InvalidImageSize",
            "Image size is too small.",
            f"is {width} x {height} pixels; {limits.shortest} a side is the least",
        )
    if max(width, height) > limits.longest or width * height > limits.pixels:
        most = f"{limits.longest} pixels a side, {limits.pixels / 1e6:g} million in all"
        return PictureError(
            "InvalidImageSize",
            f"Image size is too big. The most is {most}.",
            f"is {width} x {height} pixels; the most is {most}",
        )
    return None
