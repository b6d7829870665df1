"""Pictures of any usual kind, read upright from bytes or from a file."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from stream.array_pixels import ArrayPixels
from stream.picture.colours import bgr
from stream.picture.failure import PictureError, unreadable, wrong_size
from stream.picture.kinds import HEAD, kind_of
from stream.picture.limits import PictureLimits
from stream.picture.orientation import SIDEWAYS, upright

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.ImageFile import ImageFile

    from stream.picture.encoded import Encoded
    from stream.picture.kinds import Kind

__all__ = ["FilePicture", "PictureError", "PictureLimits", "is_picture", "read_picture", "read_picture_file"]

ON_DISK = PictureLimits(shortest=1, pixels=200_000_000)
"""Somebody's own files: telephones take pictures of 200 million pixels."""

_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    EOFError,
    MemoryError,
    SystemError,
    AssertionError,
    RuntimeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
"""What Pillow raises at a broken picture: its documentation does not say, and its decoders do not agree."""

_BREAKS_OFF = "breaks off or is damaged"


@dataclass(frozen=True, slots=True)
class FilePicture:
    """`size` is width and height of the upright picture before it was shrunk, if it was. `lack` goes on after
    a file's name, where not all of its picture is there.
    """

    pixels: ArrayPixels
    size: tuple[int, int]
    lack: str | None = None


def read_picture(
    data: bytes,
    limits: PictureLimits = PictureLimits(),  # noqa: B008 - frozen
    longest: int | None = None,
) -> FilePicture:
    """Blocks, for up to seconds, and takes up to 16 bytes a pixel meanwhile. Raises `PictureError`.

    A picture whose longer side has more than `longest` pixels is shrunk to that. Of a JPEG of more than twice
    as many the rest is not even decoded, which takes a quarter of the time.
    """
    return _read(data, limits, longest, lenient=False)


def read_picture_file(path: Path, limits: PictureLimits = ON_DISK) -> FilePicture:
    """The same of a file, as far as it goes. Raises `OSError` too."""
    return _read(path.read_bytes(), limits, None, lenient=True)


def is_picture(path: Path) -> bool:
    """Whether a file begins like a picture of a kind that is read here. Raises `OSError`."""
    with path.open("rb") as file:
        return kind_of(file.read(HEAD)) is not None


def _read(data: bytes, limits: PictureLimits, longest: int | None, *, lenient: bool) -> FilePicture:
    kind = kind_of(data[:HEAD])
    if kind is None:
        raise unreadable("is no JPEG, PNG, GIF, BMP or WebP")
    encoded = kind.encoded(data)
    if error := wrong_size(*encoded.size, limits):
        raise error
    try:
        found = _whole(kind, encoded, longest) or _as_far_as_it_goes(kind, encoded, longest)
    except _BROKEN:
        raise _damaged(kind) from None
    if found.lack and not lenient:
        raise _damaged(kind)
    return found


def _damaged(kind: Kind) -> PictureError:
    return unreadable(f"is a {kind.name} that is damaged or breaks off")


def _whole(kind: Kind, encoded: Encoded, longest: int | None) -> FilePicture | None:
    with kind.opened(BytesIO(encoded.data)) as image:
        if image.size != encoded.size:  # what was looked at is not what will be decoded
            raise ValueError(image.size)
        _decode_no_more_than(longest, image)
        try:
            image.load()
        except OSError:
            return None
        return _upright(bgr(image), encoded, longest)


def _as_far_as_it_goes(kind: Kind, encoded: Encoded, longest: int | None) -> FilePicture:
    with kind.opened(BytesIO(encoded.data + encoded.ending)) as image:
        _decode_no_more_than(longest, image)
        try:
            image.load()
        except OSError:
            image.tile = []  # no more is to be decoded: what is there is the picture
            ended = False
        else:
            ended = True
        picture = bgr(image)
    missing = _missing(picture[::-1] if encoded.upside_down else picture)
    if missing == 1:
        raise EOFError
    found = _upright(picture, encoded, longest)
    if encoded.in_passes:
        return replace(found, lack=f"{_BREAKS_OFF}: details of it are missing")
    if ended and not missing:  # only the ending was
        return found
    return replace(found, lack=f"{_BREAKS_OFF}: {max(missing, 0.01):.0%} of it is missing")


def _decode_no_more_than(longest: int | None, image: ImageFile) -> None:
    """Than a half, a quarter or an eighth of a JPEG, where that is `longest` still; of others all."""
    if longest is not None:
        width, height = image.size
        image.draft(None, (longest, 1) if width >= height else (1, longest))


def _upright(picture: NDArray[np.uint8], encoded: Encoded, longest: int | None) -> FilePicture:
    size = encoded.size[::-1] if encoded.orientation >= SIDEWAYS else encoded.size
    height, width = picture.shape[:2]
    if longest is not None and max(width, height) > longest:
        factor = longest / max(width, height)
        picture = ArrayPixels(picture).bgr(max(1, round(width * factor)), max(1, round(height * factor)))
    return FilePicture(ArrayPixels(upright(picture, encoded.orientation)), size)


def _missing(picture: NDArray[np.uint8]) -> float:
    """The share of rows at the end that were never filled: all of one colour."""
    differ = np.flatnonzero((picture != picture[-1, -1]).any(axis=(1, 2)))
    return 1 - (differ[-1] + 1) / len(picture) if len(differ) else 1.0
