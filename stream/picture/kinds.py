"""The kinds of pictures that are read, told by how their files begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from stream.picture import bmp, gif, jpeg, png, webp

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import BytesIO

    from PIL.ImageFile import ImageFile

    from stream.picture.encoded import Encoded

HEAD = 32
"""Bytes that tell the kind."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`encoded` takes a file apart, `opened` is Pillow's decoder for what it gives.

    Not by way of `Image.open`, which warns of large pictures to the whole process.
    """

    name: str
    encoded: Callable[[bytes], Encoded]
    opened: Callable[[BytesIO], ImageFile]


def kind_of(head: bytes) -> Kind | None:
    """`head` is the file's first bytes, `HEAD` of them or more."""
    if head.startswith(jpeg.SIGNATURE):
        return Kind("JPEG", jpeg.jpeg, JpegImageFile)
    if head.startswith(png.SIGNATURE):
        return Kind("PNG", png.png, PngImageFile)
    if head.startswith(gif.SIGNATURES):
        return Kind("GIF", gif.gif, GifImageFile)
    if webp.is_webp(head):
        return Kind("WebP", webp.webp, WebPImageFile)
    if bmp.is_bmp(head):
        return Kind("BMP", bmp.bmp, BmpImageFile)
    return None
