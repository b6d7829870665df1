"""What a picture shows: `POST /recognize`, of a picture's bytes or of its address."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol

from inference.reading import Box
from stream.picture_file import PictureError, read_picture
from web.emotion.body import address_of, kind_of
from web.emotion.envelopes import EmotionError
from web.emotion.models import NotReadyError
from web.emotion.picture_result import picture_result
from web.emotion.rectangles import check_inside, read_rectangles
from web.emotion.room import Room
from web.outbound.fetch import FetchError, TooLargeError
from web.while_connected import STOPPING, while_connected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import Request

    from inference.reading import Face
    from stream.frame import Pixels
    from web.emotion.models import PictureReader
    from web.emotion.rectangles import Rectangle

SMALLEST, LARGEST = 36, 4096
"""Pixels a side of a face that is reported."""

MOST = 64

AT_ONCE = 2
"""Pictures in memory: one in the models, and one before them that is decoded meanwhile."""

WAITING, SHARE = 64, 48
"""Pictures that may wait to be read, besides as many that may be arriving, each with its bytes at most; and
how many of them by one caller.
"""

PARAMETER = "faceRectangles"


class Pictures(Protocol):
    """Where pictures come from that are named by their address."""

    async def fetch(self, url: str, limit_bytes: int) -> bytes:
        """Raises `FetchError`, `TooLargeError`."""
        ...


class Recognizing:
    """Pictures in, their faces out; few at a time, so that what waits costs its bytes alone."""

    def __init__(self, reader: PictureReader, pictures: Pictures, largest: int) -> None:
        self._reader = reader
        self._pictures = pictures
        self._largest = largest
        self._arriving = Room(WAITING, SHARE, "pictures are arriving")
        self._waiting = Room(WAITING, SHARE, "pictures wait or are being read")
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._decoder = ThreadPoolExecutor(1, "picture")

    def close(self) -> None:
        """Ends the thread, after the picture it is at."""
        self._decoder.shutdown(wait=False, cancel_futures=True)

    async def answer(self, request: Request, caller: str = "") -> list[dict[str, Any]]:
        """The faces of the picture in this request. Raises `EmotionError`."""
        rectangles = read_rectangles(_parameter(request))
        try:
            with self._arriving.place(caller):
                data = await self._picture(request)
            if not data:
                raise EmotionError(
                    400, "InvalidImageSize", "Image size is too small. There is nothing in it."
                )
            with self._waiting.place(caller):
                return await while_connected(request, self._faces(data, rectangles))
        except asyncio.CancelledError:
            raise EmotionError(503, "ServiceUnavailable", STOPPING) from None

    async def _picture(self, request: Request) -> bytes:
        """Its bytes, which may take long to come, and wait for nothing else."""
        if kind_of(request) == "bytes":
            return await request.body()
        return await while_connected(request, self._fetched(await address_of(request)))

    async def _faces(self, data: bytes, rectangles: Sequence[Rectangle]) -> list[dict[str, Any]]:
        async with self._turns:
            return await self._read(await self._decoded(data), rectangles)

    async def _fetched(self, url: str) -> bytes:
        try:
            return await self._pictures.fetch(url, self._largest)
        except TooLargeError:
            raise too_large(self._largest) from None
        except FetchError as error:
            raise EmotionError(400, "InvalidURL", str(error)) from None

    async def _decoded(self, data: bytes) -> Pixels:
        """One at a time, whoever still waits for it: a large one takes most of a gigabyte meanwhile.

        In one thread, because what it frees only serves the same thread's next picture.
        """
        try:
            return await asyncio.get_running_loop().run_in_executor(self._decoder, read_picture, data)
        except PictureError as error:
            raise EmotionError(400, error.code, error.message) from None

    async def _read(self, pixels: Pixels, rectangles: Sequence[Rectangle]) -> list[dict[str, Any]]:
        try:
            if not rectangles:
                faces = _reported(await self._reader.faces(pixels))
                return picture_result(faces, (pixels.width, pixels.height))
            check_inside(rectangles, pixels.width, pixels.height)
            boxes = [Box(each.left, each.top, each.width, each.height) for each in rectangles]
            return picture_result(await self._reader.within(pixels, boxes))
        except NotReadyError:
            raise EmotionError(
                503, "ServiceUnavailable", "The models are being loaded.", {"retry-after": "1"}
            ) from None


def too_large(limit: int) -> EmotionError:
    """For a picture of more bytes than this."""
    return EmotionError(400, "InvalidImageSize", f"Image size is too big. The most is {limit} bytes.")


def _parameter(request: Request) -> str:
    """Its name in any case, as with all that clients write of the contract's words."""
    given = request.query_params.multi_items()
    return next((value for name, value in given if name.lower() == PARAMETER.lower()), "")


def _reported(faces: Sequence[Face]) -> Sequence[Face]:
    """Those of a size in range; of more than 64 the largest, which come first."""
    return [face for face in faces if _in_range(face)][:MOST]


def _in_range(face: Face) -> bool:
    sides = (face.box.width, face.box.height)
    return min(sides) >= SMALLEST and max(sides) <= LARGEST
