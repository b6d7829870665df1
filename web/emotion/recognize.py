"""What a picture shows: `POST /recognize`, of a picture's bytes or of its address."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from inference.reading import Box
from stream.picture_file import PictureError, read_picture
from stream.priority import give_way
from web.emotion.body import address_of, kind_of
from web.emotion.envelopes import EmotionError
from web.emotion.models import NotReadyError
from web.emotion.picture_figures import PictureFigures
from web.emotion.picture_result import given_result, picture_result
from web.emotion.query import value
from web.emotion.rectangles import check_inside, read_rectangles
from web.emotion.reported_faces import PICTURE, reported
from web.emotion.room import Room
from web.outbound.fetch import FetchError, TooLargeError
from web.while_connected import STOPPING, while_connected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import Request

    from stream.picture_file import FilePicture
    from web.emotion.models import PictureReader
    from web.emotion.rectangles import Rectangle

AT_ONCE = 2
"""Pictures in memory: one in the models, and one before them that is decoded meanwhile."""

WAITING, SHARE = 64, 48
"""Pictures that may wait to be read, besides as many that may be arriving, each with its bytes at most; and
how many of them by one caller.
"""

LONGEST = 5120
"""Pixels that are left of a picture's longer side, for a large one to take the models little longer than any.

Four times what the detector looks at: the smallest faces that it finds, on ten pixels, have forty here, from
which on size is no part of a face's quality, and are read as in the whole picture. With 4096 a few of them
are read otherwise, with 3072 one in ten.
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
        self._decoder = ThreadPoolExecutor(1, "picture", initializer=give_way)
        self.figures = PictureFigures()

    def close(self) -> None:
        """Ends the thread, after the picture it is at."""
        self._decoder.shutdown(wait=False, cancel_futures=True)

    async def answer(self, request: Request, caller: str = "") -> list[dict[str, Any]]:
        """The faces of the picture in this request. Raises `EmotionError`."""
        with self.figures.call():
            return await self._answer(request, caller)

    async def _answer(self, request: Request, caller: str) -> list[dict[str, Any]]:
        rectangles = read_rectangles(value(request, PARAMETER))
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

    async def _decoded(self, data: bytes) -> FilePicture:
        """One at a time, whoever still waits for it: a large one takes most of a gigabyte meanwhile.

        In one thread, because what it frees only serves the same thread's next picture.
        """
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._decoder, partial(read_picture, data, longest=LONGEST)
            )
        except PictureError as error:
            raise EmotionError(400, error.code, error.message) from None

    async def _read(self, picture: FilePicture, rectangles: Sequence[Rectangle]) -> list[dict[str, Any]]:
        pixels, (width, height) = picture.pixels, picture.size
        across, down = width / pixels.width, height / pixels.height
        try:
            if not rectangles:
                found = await self._reader.faces(pixels)
                faces = [replace(face, box=_scaled(face.box, across, down)) for face in found]
                return picture_result(reported(faces, PICTURE), picture.size)
            check_inside(rectangles, width, height)
            boxes = [Box(each.left, each.top, each.width, each.height) for each in rectangles]
            seen = await self._reader.within(pixels, [_scaled(box, 1 / across, 1 / down) for box in boxes])
            return given_result(rectangles, seen)
        except NotReadyError:
            raise EmotionError(
                503, "ServiceUnavailable", "The models are being loaded.", {"retry-after": "1"}
            ) from None


def too_large(limit: int) -> EmotionError:
    """For a picture of more bytes than this."""
    return EmotionError(400, "InvalidImageSize", f"Image size is too big. The most is {limit} bytes.")


def _scaled(box: Box, across: float, down: float) -> Box:
    """The same place in a picture that is `across` times as wide and `down` times as high."""
    return Box(box.left * across, box.top * down, box.width * across, box.height * down)
