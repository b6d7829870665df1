"""Faces as cameras far away show them: few pixels, compressed as JPEG or within an H.264 stream."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH, HEIGHT, CELL = 1280, 720, 40
FRAMES = 8
"""Frames of each sheet of faces: the encoder settles on what stays, as it does on a camera's picture."""


def shrunk(pictures: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The faces at `side` pixels and enlarged again, as a crop enlarges a small face."""
    return _enlarged([_small(picture, side) for picture in pictures], pictures.shape[1])


def jpeg(pictures: NDArray[np.uint8], side: int, quality: int) -> NDArray[np.uint8]:
    """The faces at `side` pixels, as JPEG, enlarged again."""
    seen = []
    for picture in pictures:
        _, content = cv2.imencode(".jpg", _small(picture, side), [cv2.IMWRITE_JPEG_QUALITY, quality])
        seen.append(np.asarray(cv2.imdecode(content, cv2.IMREAD_GRAYSCALE), np.uint8))
    return _enlarged(seen, pictures.shape[1])


def streamed(pictures: NDArray[np.uint8], side: int, rate_factor: int) -> NDArray[np.uint8]:
    """The faces at `side` pixels in 720p frames that pan, through x264 at that rate factor, enlarged."""
    across, down = WIDTH // CELL, HEIGHT // CELL
    small = [_small(picture, side) for picture in pictures]
    sheets = [small[start : start + across * down] for start in range(0, len(small), across * down)]
    shown = _through_x264([_sheet(sheet, across) for sheet in sheets], rate_factor)
    margin = (CELL - side) // 2
    seen = []
    for sheet, picture in zip(sheets, shown, strict=True):
        for index in range(len(sheet)):
            top, left = (index // across) * CELL + margin, (index % across) * CELL + margin
            seen.append(picture[top : top + side, left : left + side])
    return _enlarged(seen, pictures.shape[1])


def _small(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def _enlarged(pictures: list[NDArray[np.uint8]], side: int) -> NDArray[np.uint8]:
    sizes = ((side, side), cv2.INTER_LINEAR)
    enlarged = [cv2.resize(picture, sizes[0], interpolation=sizes[1]) for picture in pictures]
    return np.stack(enlarged).astype(np.uint8, copy=False)


def _sheet(pictures: list[NDArray[np.uint8]], across: int) -> NDArray[np.uint8]:
    sheet = np.full((HEIGHT, WIDTH), 128, np.uint8)
    for index, picture in enumerate(pictures):
        before = (CELL - len(picture)) // 2
        after = CELL - len(picture) - before
        cell = cv2.copyMakeBorder(picture, before, after, before, after, cv2.BORDER_REPLICATE)
        top, left = (index // across) * CELL, (index % across) * CELL
        sheet[top : top + CELL, left : left + CELL] = cell
    return sheet


def _through_x264(sheets: list[NDArray[np.uint8]], rate_factor: int) -> list[NDArray[np.uint8]]:
    """Each sheet as its last frame comes out of the decoder."""
    content = io.BytesIO()
    with av.open(content, "w", format="matroska") as file:
        stream = file.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"crf": str(rate_factor), "preset": "veryfast", "threads": "1"}
        for sheet in sheets:
            for moved in range(FRAMES - 1, -1, -1):
                frame = av.VideoFrame.from_ndarray(np.roll(sheet, moved, axis=1), format="gray")
                file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    content.seek(0)
    with av.open(content, "r") as video:
        shown = [frame.to_ndarray(format="gray") for frame in video.decode(video=0)]
    return [np.asarray(picture, np.uint8) for picture in shown[FRAMES - 1 :: FRAMES]]
