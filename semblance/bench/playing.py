"""What the streams play: a rendered clip, or a file that somebody named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import av.error

from semblance.bench.clip import record
from semblance.bench.wishes import Drawn
from semblance.failure import UsageFailure
from stream.addresses import AddressError, parse_address
from stream.av_medium import open_medium
from stream.cadence import Cadence
from stream.limits import Limits
from stream.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from av import Packet, VideoFrame
    from av.video.stream import VideoStream

    from stream.av_medium import Medium
    from stream.source import SourceInfo

_LOOKED_AT = 60.0
"""Seconds of a file from whose timestamps is told how many of its frames are due."""
_SHORTEST = 1.0


@dataclass(frozen=True, slots=True)
class Playing:
    """What each stream plays over and over. At most `fps` of its frames a second are analysed; so many are
    `due`, fewer where it has fewer.
    """

    url: str
    shown: str
    info: SourceInfo
    fps: float
    due: float


def playing(material: Path | Drawn, fps: float, folder: Path, tell: Callable[[float], None]) -> Playing:
    """Makes what is drawn, in `folder`; `tell` hears how far that is, 0 to 1. Looks into a file.

    Raises `UsageFailure` where it cannot be played.
    """
    if not isinstance(material, Drawn):
        return _looked_into(material, str(material), fps)
    path = folder / "camera.mp4"
    record(path, material.size, material.faces, material.fps, tell)
    people = "1 drawn person" if material.faces == 1 else f"{material.faces} drawn people"
    return _looked_into(path, people, fps)


def _looked_into(path: Path, shown: str, fps: float) -> Playing:
    url = f"file:{path.absolute()}"
    medium = _opened(url)
    try:
        first, stamps = _begun(medium)
        if first is None:
            raise UsageFailure(f"{shown}: no picture of its video can be decoded")
        return Playing(url, shown, medium.info(first.width, first.height), fps, _due(stamps, shown, fps))
    except av.error.FFmpegError as error:
        raise UsageFailure(f"{shown} cannot be read: {error.strerror}") from None
    finally:
        medium.container.close()


def _opened(url: str) -> Medium:
    if not url.isprintable():
        raise UsageFailure("the FILE's name is not one line of text that can be shown; give it another")
    try:
        address = parse_address(url)
        if address.kind != "file":
            raise UsageFailure(f"{address.shown} is a device; name a FILE that is a video")
        return open_medium(address, Limits(), live=True)
    except (SourceError, AddressError) as error:
        raise UsageFailure(str(error)) from None


def _begun(medium: Medium) -> tuple[VideoFrame | None, list[float]]:
    """The first picture, and the times in seconds of those of the first minute."""
    tick = float(medium.stream.time_base or 0)
    first: VideoFrame | None = None
    stamps: list[float] = []
    for packet in medium.container.demux(medium.stream):
        first = first or _decoded(packet)
        if packet.pts is None:
            continue
        stamps.append(packet.pts * tick)
        if stamps[-1] - stamps[0] > _LOOKED_AT:
            break
    return first, sorted(stamps)


def _decoded(packet: Packet[VideoStream]) -> VideoFrame | None:
    try:
        return next(iter(packet.decode()), None)
    except av.error.InvalidDataError:  # as a source does, with the next one
        return None


def _due(stamps: list[float], shown: str, fps: float) -> float:
    """Frames a second that are picked at this rate, told from the times of all."""
    if not stamps:
        raise UsageFailure(
            f"{shown}: its pictures have no times that say how fast to play it; give it some in an MP4: "
            "ffmpeg -framerate 25 -i FILE -c copy FILE.mp4"
        )
    length = stamps[-1] - stamps[0]
    length *= len(stamps) / max(1, len(stamps) - 1)  # the last one is shown for a while too
    if length < _SHORTEST:
        raise UsageFailure(
            f"{shown}: its video is {length:.1f} s long; to be played as a stream it needs a second or more"
        )
    cadence = Cadence(fps)
    return sum(map(cadence.picks, stamps)) / length
