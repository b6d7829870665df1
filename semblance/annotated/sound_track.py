"""A sound track of a video for its copy: as it is where MP4 can hold it, else as AAC."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
import av.error
from av.stream import Disposition

from semblance.annotated.original import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av import AudioFrame, Packet
    from av.audio.stream import AudioStream
    from av.container import OutputContainer

    from stream.av_medium import Medium

_HELD = frozenset({"aac", "mp3", "ac3", "eac3", "alac", "opus"})
"""Of what MP4 can hold, that which players of MP4 know."""
_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000)
_BITS_OF_A_CHANNEL = 96_000
_BEFORE = 0.05
"""Seconds that sound may begin before the pictures: what a decoder needs to begin."""
_HOLE = 0.05
"""Seconds of nothing from which on it is left as it is, and not closed up."""
_AAC_FRAME = 1024  # samples


class SoundTrack:
    """Read along with the pictures, from an opening of the file for this track alone. To be used from one
    thread, and closed.
    """

    def __init__(self, medium: Medium, track: AudioStream, start: float) -> None:
        """`start` is when the pictures begin, in the file's own time."""
        self._medium = medium
        self._track = track
        self._start = start
        self._packets = self._made()
        self._next: Packet[AudioStream] | None = None
        self._out: AudioStream | None = None
        self._copied = track.codec_context.codec.canonical_name in _HELD

    @classmethod
    def of(cls, file: str, place: int, start: float) -> SoundTrack:
        """The track at this place among the streams of the file; raises `SourceError`."""
        medium = opened(file)
        return cls(medium, cast("AudioStream", medium.container.streams[place]), start)

    def join(self, container: OutputContainer) -> None:
        """Adds the track to a container that is about to be written, with its language, its name and whether
        it is the one that is played.
        """
        self._out = container.add_stream_from_template(self._track) if self._copied else self._aac(container)
        said = self._track.metadata
        self._out.metadata.update({key: said[key] for key in ("language", "title") if key in said})
        if name := said.get("title") or said.get("handler_name"):
            self._out.metadata["handler_name"] = name  # where players look for it in MP4
        self._out.disposition = self._track.disposition & Disposition.default

    def _aac(self, container: OutputContainer) -> AudioStream:
        context = self._track.codec_context
        rate = next((rate for rate in _RATES if rate <= context.sample_rate), _RATES[-1])
        layout = "mono" if context.layout.nb_channels == 1 else "stereo"  # some have no more than a number
        out = container.add_stream("aac", rate=rate, layout=layout)
        out.codec_context.format = "fltp"  # the only one that FFmpeg's AAC takes
        out.codec_context.bit_rate = _BITS_OF_A_CHANNEL * out.codec_context.layout.nb_channels
        return out

    def until(self, seconds: float) -> Iterator[Packet[AudioStream]]:
        """What is heard up to a time of the copy, and not given yet, ready to be written."""
        while True:
            packet = self._next or next(self._packets, None)
            self._next = None
            if packet is None:
                return
            if (
                packet.dts is not None
                and packet.time_base is not None
                and packet.dts * packet.time_base > seconds
            ):
                self._next = packet
                return
            yield packet

    def close(self) -> None:
        self._medium.container.close()

    def _made(self) -> Iterator[Packet[AudioStream]]:
        try:
            yield from self._as_they_are() if self._copied else self._encoded()
        except av.error.FFmpegError:
            return  # it breaks off here, as the pictures do somewhere

    def _as_they_are(self) -> Iterator[Packet[AudioStream]]:
        last: int | None = None
        for packet in self._medium.container.demux(self._track):
            if packet.dts is None or packet.pts is None or packet.time_base is None:
                continue
            shift = round(self._start / packet.time_base)
            packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
            ends = (packet.pts + (packet.duration or 0)) * packet.time_base
            if ends < -_BEFORE or (last is not None and packet.dts <= last):
                continue
            last = packet.dts
            packet.stream = self._joined()
            yield packet

    def _encoded(self) -> Iterator[Packet[AudioStream]]:
        out = self._joined()
        context = out.codec_context
        rate = context.sample_rate
        resampler = av.AudioResampler(context.format, context.layout, rate, frame_size=_AAC_FRAME)
        due: float | None = None
        for frame in self._decoded():
            at = (frame.time or 0.0) - self._start
            if at + frame.samples / frame.sample_rate < 0:
                continue
            if due is None or at - due > _HOLE:
                due, sample = at, round(at * rate)
            due += frame.samples / frame.sample_rate
            frame.pts = None
            for fitting in resampler.resample(frame):
                fitting.pts, fitting.time_base = sample, Fraction(1, rate)
                sample += fitting.samples
                yield from out.encode(fitting)
        if due is not None:
            for fitting in resampler.resample(None):
                fitting.pts, fitting.time_base = sample, Fraction(1, rate)
                sample += fitting.samples
                yield from out.encode(fitting)
            yield from out.encode(None)

    def _decoded(self) -> Iterator[AudioFrame]:
        for packet in self._medium.container.demux(self._track):
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                continue
            yield from frames

    def _joined(self) -> AudioStream:
        if self._out is None:
            raise RuntimeError("The sound was asked for before it had joined a container.")
        return self._out
