"""Decodes the coded pictures of one WebRTC video in a thread: picked, timed and handed on."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
import av.error
from av.codec.context import Flags

from stream.av_medium import MOST_SIDE
from stream.cadence import Cadence
from stream.disposable import never_referenced
from stream.frame import Frame
from stream.pixels import AvPixels, Scaler
from stream.source import SourceError, SourceInfo
from stream.webrtc.codecs import CLOCK_RATE
from stream.webrtc.sender_clock import SenderClock

if TYPE_CHECKING:
    from av import VideoFrame
    from av.video.codeccontext import VideoCodecContext

    from stream.frame import Pixels
    from stream.handover import Handover
    from stream.limits import Limits
    from stream.media_timeline import MediaTimeline
    from stream.source import SourceFigures
    from stream.webrtc.encoded_frames import EncodedFrame, EncodedFrames
    from stream.webrtc.sender_clock import SenderReport


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame before it has a number: `captured` is monotonic, `pts` seconds since the source's first."""

    captured: float
    captured_utc: float
    pts: float
    pixels: Pixels

    def frame(self, stream: str, sequence: int) -> Frame:
        """The same, numbered."""
        return Frame(stream, sequence, self.captured, self.captured_utc, self.pts, self.pixels)


@dataclass(frozen=True, slots=True)
class Wishes:
    """`name` begins sentences ("The publisher"); `fps` is the most that are handed on, `None` every frame."""

    name: str
    fps: float | None
    limits: Limits


class Decoding:
    """`run` belongs into a thread; `info` can be read from any."""

    def __init__(
        self, wishes: Wishes, frames: EncodedFrames, figures: SourceFigures, timeline: MediaTimeline
    ) -> None:
        self.info: SourceInfo | None = None
        self._wishes = wishes
        self._frames = frames
        self._figures = figures
        self._timeline = timeline
        self._cadence = Cadence(wishes.fps)
        self._clock = SenderClock()
        self._scaler = Scaler()
        self._codec = ""
        self._decoder: VideoCodecContext | None = None
        self._kind = (0, 0, "")

    def run(self, handover: Handover[Picture]) -> None:
        """Hands on pictures until the frames end; raises `SourceError`."""
        pictured = time.monotonic()
        while frame := self._frames.take():
            handover.breathe()
            if self._leaves_out(frame):
                pictured = time.monotonic()
                continue
            for picture in self._decode(frame):
                if self._show(picture, frame, handover):
                    pictured = time.monotonic()
            self._check_patience(pictured)

    def pace(self, fps: float | None) -> None:
        """At most so many a second from now on; may be called from any thread."""
        self._cadence.pace(fps)

    def _leaves_out(self, frame: EncodedFrame) -> bool:
        """True if its picture is neither due nor needed by another."""
        coded = frame.picture
        seconds = self._timeline.peek(coded.timestamp / CLOCK_RATE, coded.arrived)
        if seconds is None or not self._cadence.certainly_skips(seconds):
            return False
        if not coded.disposable and not (frame.codec == "h264" and never_referenced(coded.data, 0)):
            return False
        self._figures.drop("fps")
        return True

    def _decode(self, frame: EncodedFrame) -> list[VideoFrame]:
        packet = av.Packet(frame.picture.data)
        packet.pts = frame.picture.timestamp
        try:
            return self._decoder_of(frame.codec).decode(packet)
        except av.error.FFmpegError:
            self._figures.drop("corrupt")
            self._frames.lose()
            return []

    def _decoder_of(self, codec: str) -> VideoCodecContext:
        if self._decoder is None or codec != self._codec:
            decoder = av.CodecContext.create(codec, "r")
            assert isinstance(decoder, av.VideoCodecContext)
            decoder.thread_count = 1  # frame threads would each hold a frame back
            decoder.flags |= Flags.low_delay
            decoder.options = {"max_pixels": str(MOST_SIDE * MOST_SIDE)}
            self._codec, self._decoder, self._kind = codec, decoder, (0, 0, "")
        return self._decoder

    def _show(self, frame: VideoFrame, encoded: EncodedFrame, handover: Handover[Picture]) -> bool:
        """True if it was handed on, or could have been and was not wanted."""
        self._figures.decoded += 1
        if frame.is_corrupt:
            self._figures.drop("corrupt")
            self._frames.lose()
            return False
        if (frame.width, frame.height, frame.format.name) != self._kind:
            self._changed(frame)
        timestamp = encoded.picture.timestamp if frame.pts is None else frame.pts
        arrived = encoded.picture.arrived
        seconds = self._timeline.place(timestamp / CLOCK_RATE, arrived)
        if seconds is None:
            self._figures.drop("disordered")
            return False
        picture = self._picture(frame, seconds, timestamp, arrived, encoded.report)
        if not self._cadence.picks(seconds):
            self._figures.drop("fps")
        elif handover.put(picture):
            self._figures.drop("superseded")
        return True

    def _picture(
        self, frame: VideoFrame, seconds: float, timestamp: int, arrived: float, report: SenderReport | None
    ) -> Picture:
        utc_ahead = time.time() - time.monotonic()
        captured = self._clock.captured(timestamp, arrived, report, utc_ahead)
        return Picture(captured, captured + utc_ahead, seconds, AvPixels(frame, self._scaler))

    def _changed(self, frame: VideoFrame) -> None:
        if max(frame.width, frame.height) > MOST_SIDE:
            raise self._unreadable(f"{frame.width}x{frame.height}; at most {MOST_SIDE} a side are read")
        upright = AvPixels(frame, self._scaler)
        try:
            upright.bgr(32, 32)
        except av.error.FFmpegError:
            raise self._unreadable(f"laid out as {frame.format.name}, which is not read") from None
        self._kind = (frame.width, frame.height, frame.format.name)
        self.info = SourceInfo(upright.width, upright.height, None, self._codec)

    def _unreadable(self, reason: str) -> SourceError:
        return SourceError("codec", f"{self._wishes.name} sends pictures that are {reason}.")

    def _check_patience(self, pictured: float) -> None:
        limit = self._wishes.limits.first_frame
        if time.monotonic() - pictured > limit:
            raise SourceError(
                "timeout",
                f"{self._wishes.name} sends video, but no whole picture came of it for {limit:g} s.",
            )
