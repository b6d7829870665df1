"""Writes small real videos, so that tests read what FFmpeg wrote and not what a fake pretends."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
import numpy as np
from av.stream import Disposition

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from av.video.stream import VideoStream
    from numpy.typing import NDArray


def picture(number: int, width: int = 160, height: int = 120) -> NDArray[np.uint8]:
    """BGR: the left half is a grey that says the number, the right half red over blue."""
    drawn = np.zeros((height, width, 3), np.uint8)
    drawn[:, : width // 2] = level(number)
    drawn[: height // 2, width // 2 :] = (0, 0, 255)
    drawn[height // 2 :, width // 2 :] = (255, 0, 0)
    return drawn


def level(number: int) -> int:
    return 40 + 8 * (number % 20)


def number_of(bgr: NDArray[np.uint8]) -> int:
    """The number (modulo 20) of a picture that was written with `picture`."""
    grey = float(bgr[:, : bgr.shape[1] // 3].mean())
    return round((grey - 40) / 8)


def write_video(
    path: Path,
    count: int = 25,
    *,
    size: tuple[int, int] = (160, 120),
    codec: str = "libx264",
    fps: int = 25,
    first: int = 0,
    times: Sequence[float] | None = None,
    options: dict[str, str] | None = None,
    container: dict[str, str] | None = None,
    turned: int = 0,
    pixel_format: str = "yuv420p",
) -> Path:
    """`count` numbered pictures, `times` in seconds or an even `fps`, `turned` by a display matrix."""
    with av.open(str(path), "w", container_options=container or {}) as output:
        added = output.add_stream(codec, rate=fps, options=options or {})
        stream = cast("VideoStream", added)
        stream.width, stream.height = size
        stream.pix_fmt = pixel_format
        tick = Fraction(1, 1000) if times else Fraction(1, fps)
        stream.codec_context.time_base = tick
        if turned:
            stream.set_display_rotation(turned)
        for index in range(count):
            frame = av.VideoFrame.from_ndarray(picture(first + index, *size), "bgr24")
            frame.time_base = tick
            frame.pts = round(times[index] / tick) if times else index
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def write_sound(path: Path, *, cover: bool = False) -> Path:
    """A second of silence and nothing to see, but for a `cover`."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=16000, layout="mono")
        if cover:
            picture = output.add_stream("mjpeg")
            picture.width, picture.height, picture.pix_fmt = 64, 64, "yuvj420p"
            picture.disposition = Disposition.attached_pic
            output.mux(picture.encode(av.VideoFrame(64, 64, "yuvj420p")))
        for index in range(16):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
            frame.sample_rate = 16000
            frame.pts = index * 1024
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path
