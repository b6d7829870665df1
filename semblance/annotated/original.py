"""What a copy takes over from its original: when it begins, its colours, the shape of its pixels."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import av.error

from stream.addresses import file_address
from stream.av_medium import open_medium
from stream.limits import Limits

if TYPE_CHECKING:
    from av import VideoFrame

    from stream.av_medium import Medium


_UNSAID = 2


@dataclass(frozen=True, slots=True)
class Original:
    """`start` is the time of its first picture, in seconds of its own timestamps; `shape` how much wider than
    high its pixels are, as they are shown upright; the rest is what it says of its colours, in
    FFmpeg's numbers.
    """

    start: float = 0.0
    shape: Fraction = Fraction(1)
    matrix: int = _UNSAID
    primaries: int = _UNSAID
    transfer: int = _UNSAID


def opened(file: str) -> Medium:
    """Another opening of a file that is being analysed, by the same rules. Raises `SourceError`."""
    return open_medium(file_address(file), Limits(), live=False)


def original_of(file: str) -> Original:
    """Decodes the first picture; raises `SourceError`."""
    medium = opened(file)
    with closing(medium.container):
        frame = _first(medium)
        if frame is None:
            return Original()
        shape = medium.stream.sample_aspect_ratio or Fraction(1)
        if shape <= 0:
            shape = Fraction(1)
        if round(frame.rotation / 90) % 2:
            shape = 1 / shape
        return Original(frame.time or 0.0, shape, frame.colorspace, frame.color_primaries, frame.color_trc)


def _first(medium: Medium) -> VideoFrame | None:
    try:
        for packet in medium.container.demux(medium.stream):
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                continue
            for frame in frames:
                if not frame.is_corrupt:
                    return frame
    except av.error.FFmpegError:
        return None
    return None
