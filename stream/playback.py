"""One opening of an address, played: packets are demuxed, decoded, picked, timed and handed on."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av.error

from stream import failures
from stream.av_medium import check_size
from stream.backlog import Backlog
from stream.capture_clock import CaptureClock
from stream.disposable import disposable_test
from stream.pace import Pace
from stream.pixels import AvPixels, Scaler

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from av import Packet, VideoFrame
    from av.video.stream import VideoStream

    from stream.addresses import Address
    from stream.av_medium import Medium
    from stream.cadence import Cadence
    from stream.frame import Pixels
    from stream.handover import Handover
    from stream.hardware import Hardware
    from stream.limits import Limits
    from stream.media_timeline import MediaTimeline
    from stream.source import SourceError, SourceFigures, SourceInfo

_MOST_DAMAGED_READS = 50  # in a row


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame before it has a number."""

    captured: float
    pts: float
    pixels: Pixels


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is wanted of an address. `cadence` picks what is handed on; a recording is played at its own pace
    if `live`, else as fast as its pictures are taken, and again and again if `loop`. A `gentle` one is
    decoded in one thread that gives way to the others; `hardware` decodes what it can, and each packet is
    decoded within `turns`.
    """

    address: Address
    cadence: Cadence
    live: bool
    loop: bool
    limits: Limits
    gentle: bool = False
    hardware: Hardware | None = None
    turns: AbstractContextManager[None] = nullcontext()  # noqa: RUF009 - it has no state


class Playback:
    """Runs in a thread. Counts what it decodes and leaves out, by cause, in `figures`."""

    def __init__(
        self,
        medium: Medium,
        wishes: Wishes,
        figures: SourceFigures,
        timeline: MediaTimeline,
        handover: Handover[Picture],
    ) -> None:
        self._medium = medium
        self._wishes = wishes
        self._figures = figures
        self._timeline = timeline
        self._handover = handover
        self._cadence = wishes.cadence
        self._clock = CaptureClock()
        self._backlog = Backlog()
        self._pace = Pace()
        self._scaler = Scaler()
        self._disposable = disposable_test(medium.stream)
        self._tick = float(medium.stream.time_base or 0)
        self._stamp = -1 / (medium.fps or 25.0)
        self._opened = time.monotonic()
        self._pictured: float | None = None
        self._kind = (0, 0, "")

    def run(self) -> Iterator[SourceInfo]:
        """Plays to the end and yields what the medium is, anew when it changes; raises `SourceError`."""
        asked = self._opened
        for packet in self._packets():
            now = time.monotonic()
            self._handover.breathe()
            self._check_silence(now)
            if not self._leaves_out(packet, now, now - asked):
                for frame in self._decode(packet):
                    if (frame.width, frame.height, frame.format.name) != self._kind:
                        yield self._changed(frame)
                    self._show(frame, now)
            asked = time.monotonic()
        if self._pictured is None:
            raise failures.undecodable(self._wishes.address)
        if not self._medium.recorded:
            raise failures.ended(self._wishes.address)

    def _packets(self) -> Iterator[Packet[VideoStream]]:
        damaged = 0
        while True:
            try:
                for packet in self._medium.container.demux(self._medium.stream):
                    damaged = 0
                    yield packet
                return
            except av.error.FFmpegError as error:
                damaged += 1
                if not isinstance(error, av.error.InvalidDataError) or damaged > _MOST_DAMAGED_READS:
                    raise self._failure(error) from None  # whose text quotes the address
                self._figures.drop("corrupt")

    def _failure(self, error: av.error.FFmpegError) -> SourceError:
        translate = failures.while_opening if self._pictured is None else failures.while_reading
        return translate(error, self._wishes.address, self._wishes.limits)

    def _check_silence(self, now: float) -> None:
        limits = self._wishes.limits
        if self._medium.recorded:
            return
        if self._pictured is None and now - self._opened > limits.first_frame:
            raise failures.pictureless(self._wishes.address, limits)
        if self._pictured is not None and now - self._pictured > limits.stall:
            raise failures.silent(self._wishes.address, limits)

    def _leaves_out(self, packet: Packet[VideoStream], now: float, waited: float) -> bool:
        """Takes note of the packet's time, and of the seconds `waited` for it; true if its picture is neither
        due nor needed by another, or if decoding goes on at a later one.
        """
        if packet.pts is None:
            return False
        stamp = packet.pts * self._tick if self._medium.timed else now
        decoding_time = None if packet.dts is None else packet.dts * self._tick
        self._clock.arrived(stamp, decoding_time, now)
        if self._is_behind(packet, decoding_time, now, waited):
            self._figures.drop("overload")
            return True
        seconds = self._timeline.peek(stamp, self._clock_of(now))
        if seconds is None or not self._cadence.certainly_skips(seconds) or not self._disposable(packet):
            return False
        self._figures.drop("fps")
        self._pictured = now
        return True

    def _is_behind(
        self, packet: Packet[VideoStream], decoding_time: float | None, now: float, waited: float
    ) -> bool:
        if decoding_time is None or self._medium.ahead or not (self._medium.timed and self._wishes.live):
            return False
        return self._backlog.skips(decoding_time, now, waited, key=packet.is_keyframe)

    def _decode(self, packet: Packet[VideoStream]) -> list[VideoFrame]:
        try:
            with self._wishes.turns:
                return packet.decode()
        except av.error.FFmpegError:
            self._figures.drop("corrupt")
            return []

    def _changed(self, frame: VideoFrame) -> SourceInfo:
        address = self._wishes.address
        check_size(frame.width, frame.height, address)
        upright = AvPixels(frame, self._scaler)
        try:
            upright.bgr(32, 32)
        except av.error.FFmpegError:
            raise failures.unconvertible(address, frame.format.name) from None
        self._kind = (frame.width, frame.height, frame.format.name)
        return self._medium.info(upright.width, upright.height)

    def _show(self, frame: VideoFrame, now: float) -> None:
        self._figures.decoded += 1
        if frame.is_corrupt:
            self._figures.drop("corrupt")
            return
        self._pictured = now
        stamp = self._stamp_of(frame, now)
        seconds = self._timeline.place(stamp, self._clock_of(now))
        if seconds is None:
            self._figures.drop("disordered")
        elif not self._cadence.picks(seconds):
            self._figures.drop("fps")
        else:
            captured = self._captured(stamp, seconds, now)
            if self._handover.put(Picture(captured, seconds, AvPixels(frame, self._scaler))):
                self._figures.drop("superseded")

    def _clock_of(self, now: float) -> float | None:
        return None if self._medium.ahead else now

    def _stamp_of(self, frame: VideoFrame, now: float) -> float:
        if not self._medium.timed:
            return now
        known = frame.time
        self._stamp = self._stamp + 1 / (self._medium.fps or 25.0) if known is None else known
        return self._stamp

    def _captured(self, stamp: float, seconds: float, now: float) -> float:
        if not self._wishes.live:
            return now
        if not self._medium.ahead:
            return self._clock.captured(stamp, now)
        moment = self._pace.shows_at(seconds, now)
        self._handover.sleep_until(moment)
        self._pictured = time.monotonic()
        return moment
