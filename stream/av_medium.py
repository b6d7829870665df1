"""An address opened by FFmpeg: its container, the one video stream in it and what it says of itself."""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import av
import av.error
from av.codec.context import Flags, ThreadType
from av.stream import Disposition

from stream.cores import cores
from stream.decoding_threads import decoding_threads
from stream.failures import unanswered, while_opening
from stream.ffmpeg_devices import decoder_of
from stream.opening_options import opening_options
from stream.probe import probe
from stream.source import SourceError, SourceInfo

if TYPE_CHECKING:
    from av.codec.hwaccel import HWAccel
    from av.container import InputContainer
    from av.video.stream import VideoStream

    from stream.addresses import Address
    from stream.hardware import Hardware
    from stream.limits import Limits

MOST_SIDE = 8192
_NEARLY = 0.9  # of the limit
_PROBE = 0.2  # of the limit
_NAMES = {"video": "a cover", "subtitle": "subtitles", "attachment": "attachments"}
_LONGEST_GAP = 10.0
_FASTEST = 1000
_JOINED = frozenset({"mpegts", "mpeg", "hls"})
_SAYS_END = frozenset({"matroska", "webm"})
_NO_TIMESTAMPS = frozenset({"mpjpeg", "mjpeg", "h264", "hevc", "m4v", "mpegvideo", "obu"})


@dataclass(frozen=True, slots=True)
class Medium:
    """`recorded` has an end known from the start, `ahead` may be read faster than it plays (recordings, HLS),
    and only what is `timed` has timestamps of its own.
    """

    container: InputContainer
    stream: VideoStream
    recorded: bool
    ahead: bool
    timed: bool
    hardware: Hardware | None = None

    @property
    def longest_gap(self) -> float:
        """Seconds the timestamps may leave out; more is a jump in formats that are joined without care."""
        return _LONGEST_GAP if self.formats & _JOINED else math.inf

    @property
    def formats(self) -> frozenset[str]:
        return frozenset(self.container.format.name.split(","))

    @property
    def fps(self) -> float | None:
        average = self.stream.average_rate
        # Where Matroska says no duration of frames, FFmpeg takes its clock for an average of thousands.
        rate = average if average and average <= _FASTEST else self.stream.guessed_rate
        return float(rate) if rate else None

    def info(self, width: int, height: int) -> SourceInfo:
        microseconds = self._microseconds() if self.recorded else 0
        duration = microseconds / av.time_base if microseconds > 0 else None
        context = self.stream.codec_context
        decoder = decoder_of(context)
        if self.hardware and decoder == "software":
            self.hardware.declined(context.name, width, height)
        return SourceInfo(width, height, self.fps if self.timed else None, context.name, duration, decoder)

    def _microseconds(self) -> int:
        """How long it is. Matroska says when it ends, which is later where it does not begin at 0."""
        begins = (self.container.start_time or 0) if self.formats & _SAYS_END else 0
        return (self.container.duration or 0) - max(0, begins)


def open_medium(
    address: Address, limits: Limits, *, live: bool, gentle: bool = False, hardware: Hardware | None = None
) -> Medium:
    """Blocks up to the limits; raises `SourceError`. Live or `gentle`, it is decoded in one thread."""
    if address.kind == "file":
        _check_file(address)
    container = _open_with(hardware, address, limits)
    try:
        stream = _video(container, address)
        _prepare(stream, address, live=live, alone=live or gentle)
    except SourceError:
        container.close()
        raise
    names = frozenset(container.format.name.split(","))
    recorded = address.kind == "file" or (address.kind == "http" and bool(container.duration))
    timed = address.kind == "file" or not names & _NO_TIMESTAMPS
    return Medium(container, stream, recorded, recorded or "hls" in names, timed, hardware)


def _open_with(hardware: Hardware | None, address: Address, limits: Limits) -> InputContainer:
    accelerator = hardware.accelerator() if hardware else None
    try:
        return _open(address, limits, accelerator)
    except SourceError:
        if not (hardware and accelerator and hardware.is_lost()):
            raise
    return _open(address, limits, None)  # the device failed, not the medium


def _open(address: Address, limits: Limits, accelerator: HWAccel | None) -> InputContainer:
    opening = opening_options(address, limits)
    began = time.monotonic()
    try:
        return av.open(
            address.target,
            "r",
            format=opening.format,
            container_options=opening.options,
            metadata_errors="replace",
            hwaccel=accelerator,
            timeout=(limits.open, limits.stall) if address.kind != "file" else None,
        )
    except av.error.FFmpegError as error:
        raise _diagnosed(
            error, address, limits, time.monotonic() - began
        ) from None  # its text quotes the address


def _diagnosed(error: av.error.FFmpegError, address: Address, limits: Limits, took: float) -> SourceError:
    clear = isinstance(error, av.error.HTTPUnauthorizedError | av.error.HTTPForbiddenError)
    found = probe(address, limits.open * _PROBE) if address.speaks_tcp and not clear else None
    # FFmpeg has several errors for a peer that says nothing it understands; the time it took tells.
    if took > _NEARLY * limits.open and (found is None or found.code == "timeout"):
        return unanswered(address, limits)
    return found or while_opening(error, address, limits)


def _check_file(address: Address) -> None:
    path = address.shown
    if not os.path.exists(path):
        raise SourceError("notFound", f"There is no file {path}. Check the path; it is read where this runs.")
    if not os.path.isfile(path):
        raise SourceError("codec", f"{path} is not a file. Give the path of one video.")
    if not os.access(path, os.R_OK):
        raise SourceError("unauthorized", f"{path} may not be read by this user. Check its permissions.")


def _video(container: InputContainer, address: Address) -> VideoStream:
    pictures = [
        stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic
    ]
    if not pictures:
        way_out = " Choose another stream." if address.is_network else ""
        raise SourceError("codec", f"{address.shown} has no video{_only(container)}.{way_out}")
    stream = cast("VideoStream", container.streams.best("video") or pictures[0])
    return stream if stream in pictures else pictures[0]


def _only(container: InputContainer) -> str:
    """What there is instead of video; what is of its type and none of its pictures is a cover."""
    found = sorted({_NAMES.get(stream.type, stream.type) for stream in container.streams}, reverse=True)
    if not found:
        return ""
    *others, last = found
    return f", only {', '.join(others)} and {last}" if others else f", only {last}"


def _prepare(stream: VideoStream, address: Address, *, live: bool, alone: bool) -> None:
    context = stream.codec_context
    if context is None:
        raise SourceError(
            "codec", f"The video of {address.shown} has a codec that FFmpeg cannot decode here."
        )
    check_size(context.width, context.height, address)
    context.options = {"max_pixels": str(MOST_SIDE * MOST_SIDE)}
    if not (alone or context.is_hwaccel):
        context.thread_count = decoding_threads(context.width, context.height, cores())
        context.thread_type = ThreadType.AUTO
        return
    context.thread_count = 1  # frame threads would each hold a frame back
    if live and address.is_network:
        context.flags |= Flags.low_delay


def check_size(width: int, height: int, address: Address) -> None:
    """Raises `SourceError` for pictures of a size that no camera has."""
    if width > MOST_SIDE or height > MOST_SIDE:
        raise SourceError(
            "codec",
            f"The pictures of {address.shown} are {width}x{height}; at most {MOST_SIDE} a side are read.",
        )
