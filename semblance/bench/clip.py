"""A camera's clip: drawn people with the grain of a sensor, encoded to H.264 as cameras do."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
import cv2
import numpy as np

from stream.pattern import Scene, Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from av import Packet
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    from stream.pattern.paint import Bytes

ONCE = 6.0
"""Seconds that are rendered, and come again and again in the file."""
LONG = 60.0
"""Seconds of the file: who reads it seldom has to open it anew, which no camera asks for."""
_LARGEST = 1280
"""Pixels on the longer side of what is drawn; larger pictures are scaled up from it."""
_GRAIN = 2.0
"""Standard deviation of the noise. With it and the quality below the bitrates are near those of cameras: 0.47
Mbit/s measured of 640x360 and 4.1 of 1920x1080 (25 frames a second, one person, x264 of PyAV 18.1), and so is
the time their decoding takes. A step of the quality more or less halves or doubles them: there the grain is
lost, or kept whole."""
_ROOM = 64
_KEY_FRAMES = 2.0  # seconds between two
# Cameras send no frame that waits for a later one.
_AS_A_CAMERA = {"preset": "veryfast", "tune": "zerolatency", "crf": "22", "bf": "0"}


def record(path: Path, size: tuple[int, int], faces: int, fps: float, tell: Callable[[float], None]) -> None:
    """Renders and encodes an MP4 of `LONG` seconds; `tell` hears how much of the work is done, 0 to 1."""
    rate = Fraction(fps).limit_denominator(1001)
    count = max(2, round(ONCE * fps))
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=rate, options=_AS_A_CAMERA)
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        video.codec_context.gop_size = max(1, round(_KEY_FRAMES * fps))
        packets: list[tuple[bytes, bool]] = []
        for number, picture in enumerate(_pictures(size, faces, fps, count)):
            packets += map(_content, video.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
            tell((number + 1) / count)
        packets += map(_content, video.encode(None))
        _write(out.mux, video, packets, 1 / rate)


def _content(packet: Packet[VideoStream]) -> tuple[bytes, bool]:
    return bytes(packet), bool(packet.is_keyframe)


def _write(
    mux: Callable[[Packet[VideoStream]], None],
    video: VideoStream,
    packets: list[tuple[bytes, bool]],
    interval: Fraction,
) -> None:
    """The packets over and over, each `interval` seconds after the one before."""
    for number in range(round(LONG / interval / len(packets)) * len(packets)):
        content, key = packets[number % len(packets)]
        packet = cast("Packet[VideoStream]", av.Packet(content))
        packet.stream, packet.time_base, packet.is_keyframe = video, interval, key
        packet.pts = packet.dts = number
        packet.duration = 1
        mux(packet)


def _pictures(size: tuple[int, int], faces: int, fps: float, count: int) -> Iterator[Bytes]:
    """Everybody goes through all the emotions in that time."""
    width, height = size
    shrink = min(1.0, _LARGEST / max(size))
    timeline = Timeline(hold=ONCE / len(Timeline().emotions))
    scene = Scene(round(width * shrink), round(height * shrink), faces, seed=3, timeline=timeline)
    random = np.random.default_rng(7)
    grain = np.round(random.normal(0, _GRAIN, (height + _ROOM, width + _ROOM, 1))).astype(np.int8)
    brighter, darker = (
        np.repeat(np.maximum(sign * grain, 0).astype(np.uint8), 3, axis=2) for sign in (1, -1)
    )
    for number in range(count):
        picture = scene.render(number / fps)
        if shrink < 1:
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)
        down, across = random.integers(0, _ROOM, 2).tolist()
        place = slice(down, down + height), slice(across, across + width)
        yield _grained(picture, brighter[place], darker[place])


def _grained(picture: Bytes, brighter: Bytes, darker: Bytes) -> NDArray[np.uint8]:
    return np.asarray(cv2.subtract(cv2.add(picture, brighter), darker), np.uint8)
