"""Coded clips for the RTSP server and publishers, as cameras make them: no B-frames, a key frame a second."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

from tests.e2e.coded_clip import Clip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

CAMERA_LIKE = {"preset": "veryfast", "tune": "zerolatency", "crf": "21"}


def drawn(seconds: float, fps: int = 25, width: int = 640, height: int = 360) -> Iterator[av.VideoFrame]:
    """A disc that goes round over a shaded ground: moves, compresses like a room, and shows no face."""
    ground = np.linspace(40, 160, width, dtype=np.uint8)[None, :, None].repeat(height, 0).repeat(3, 2)
    for number in range(round(seconds * fps)):
        angle = 2 * math.pi * number / (seconds * fps)
        centre = (round(width * (0.5 + 0.3 * math.cos(angle))), round(height * (0.5 + 0.3 * math.sin(angle))))
        picture: NDArray[np.uint8] = ground.copy()
        cv2.circle(picture, centre, height // 8, (60, 180, 90), -1)
        yield av.VideoFrame.from_ndarray(picture, format="bgr24")


def played(path: Path) -> Iterator[av.VideoFrame]:
    """The pictures of a video file."""
    with av.open(str(path)) as container:
        yield from container.decode(video=0)


def access_units(
    frames: Iterable[av.VideoFrame], fps: int, size: tuple[int, int] | None = None
) -> Iterator[bytes]:
    """Codes pictures to H.264, one access unit (Annex B) a picture; `size` (width, height) scales them."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.time_base, encoder.framerate = Fraction(1, fps), Fraction(fps)
    encoder.pix_fmt, encoder.gop_size, encoder.thread_count = "yuv420p", fps, 1
    encoder.options = CAMERA_LIKE
    for number, frame in enumerate(frames):
        width, height = size or (frame.width // 2 * 2, frame.height // 2 * 2)
        if number == 0:
            encoder.width, encoder.height = width, height
        picture = frame.reformat(width=width, height=height, format="yuv420p")
        picture.pts, picture.time_base = number, encoder.time_base
        picture.pict_type = 0
        yield from (bytes(packet) for packet in encoder.encode(picture))
    yield from (bytes(packet) for packet in encoder.encode(None))


def save(path: Path, pictures: Iterable[NDArray[np.uint8]], fps: int) -> Path:
    """Writes a video file of BGR pictures."""
    with av.open(str(path), "w") as container:
        stream: av.VideoStream | None = None
        for picture in pictures:
            if stream is None:
                stream = container.add_stream("libx264", rate=fps, options=CAMERA_LIKE)
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = "yuv420p"
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        if stream is not None:
            container.mux(stream.encode(None))
    return path


def record(
    path: Path, frames: Iterable[av.VideoFrame], fps: int = 25, size: tuple[int, int] | None = None
) -> Path:
    """Writes a clip of these pictures that `rtsp_server` and the publishers play."""
    return write(path, fps, access_units(frames, fps, size))


def write(path: Path, fps: int, units: Iterable[bytes]) -> Path:
    """Writes these access units as a clip."""
    return Clip(fps, list(units)).write(path)
