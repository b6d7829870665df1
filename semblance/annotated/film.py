"""An H.264 video in MP4 that is written picture by picture, and is there only once it is whole."""

from __future__ import annotations

from contextlib import suppress
from errno import EINVAL
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
import av.error
from av.codec.context import Flags
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from semblance.files.whole_file import part_of
from stream.cores import cores

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from av import Packet, VideoFrame
    from av.audio.stream import AudioStream
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    from semblance.annotated.original import Original
    from semblance.annotated.sound import Sound

_TICKS = 90_000  # a second; every usual rate comes out even
_MOST_FPS = 120.0
"""What is said of the rate. Some formats give their ticks for it, and no player would dare to play that."""
_ENCODERS = ("libx264", "libopenh264")
_OPTIONS = {"libx264": {"preset": "veryfast", "crf": "20", "g": "120"}, "libopenh264": {}}
_BITS_OF_A_PIXEL = 0.12  # a frame, where the encoder knows no constant quality
_UNSAID = 2
_MATRICES = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
}
"""By how FFmpeg names them in a stream; where the original says nothing, neither does the copy, and every
player guesses the same of both."""
_MOST_THREADS = 4
"""Each holds some frames, and several files may be written at once."""
_LISTENED_AHEAD = 0.5  # seconds


class NoEncoderError(Exception):
    """This build of FFmpeg has no encoder for H.264."""


class Film:
    """To be used from one thread; `width` and `height` must be even. Raises `av.error.FFmpegError` and
    `OSError` where it cannot be written, `NoEncoderError` where it cannot be made."""

    def __init__(
        self, path: Path, width: int, height: int, fps: float, original: Original, sound: Sound | None
    ) -> None:
        if path.exists() and not path.is_file():
            raise OSError(EINVAL, "it is there and is no file; name another")
        self._path = path
        self._part = part_of(path)
        self._sound = sound
        self._matrix = original.matrix if original.matrix in _MATRICES else _UNSAID
        self._usual = round(_TICKS / fps)
        self._reformatter = VideoReformatter()
        self._held: VideoFrame | None = None
        self._part.open("wb").close()  # FFmpeg would tell only with the first picture that it cannot
        self._container = av.open(
            f"file:{self._part}", "w", format="mp4", container_options={"movflags": "+faststart"}
        )
        self._stream = self._added(width, height, fps, original)
        if sound is not None:
            sound.join(self._container)

    def add(self, picture: NDArray[np.uint8], at: float) -> None:
        """A picture (height, width, 3) in BGR, shown from `at` on, in seconds; later than the one before."""
        frame = self._reformatter.reformat(
            av.VideoFrame.from_ndarray(picture, "bgr24"),
            format="yuv420p",
            dst_colorspace=_MATRICES.get(self._matrix),
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.AREA | Interpolation.ACCURATE_RND,
            threads=1,
        )
        earliest = 0 if self._held is None or self._held.pts is None else self._held.pts + 1
        frame.time_base, frame.pts = Fraction(1, _TICKS), max(earliest, round(at * _TICKS))
        self._write_held(frame.pts)
        self._held = frame

    def finish(self) -> None:
        """Writes what is left, and gives the file its name."""
        if self._held is not None and self._held.pts is not None:
            self._write_held(self._held.pts + self._usual)
        self._container.mux(self._stream.encode(None))
        if self._sound is not None:
            for packet in self._sound.until(float("inf")):
                self._let_hear(packet)
        self._container.close()
        self._part.replace(self._path)

    def discard(self) -> None:
        """Leaves nothing, whatever has been written or has failed before."""
        with suppress(OSError):
            self._part.unlink(missing_ok=True)  # first: there is nothing to put in order at the end then
        with suppress(av.error.FFmpegError, OSError):
            self._container.close()

    def _added(self, width: int, height: int, fps: float, original: Original) -> VideoStream:
        name = _encoder()
        rate = Fraction(min(fps, _MOST_FPS)).limit_denominator(1001)
        stream = cast("VideoStream", self._container.add_stream(name, rate=rate, options=_OPTIONS[name]))
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = width, height, "yuv420p"
        context.time_base = Fraction(1, _TICKS)
        context.flags |= Flags.frame_duration
        context.thread_count = min(cores(), _MOST_THREADS)
        context.sample_aspect_ratio = original.shape
        context.colorspace, context.color_range = self._matrix, ColorRange.MPEG.value
        context.color_primaries, context.color_trc = original.primaries, original.transfer
        if not _OPTIONS[name]:
            context.bit_rate = round(width * height * fps * _BITS_OF_A_PIXEL)
        return stream

    def _write_held(self, until: int) -> None:
        """A picture is written once it is known how long it is shown."""
        frame = self._held
        if frame is None or frame.pts is None:
            return
        frame.duration = until - frame.pts
        if self._sound is not None:
            for packet in self._sound.until(until / _TICKS + _LISTENED_AHEAD):
                self._let_hear(packet)
        self._container.mux(self._stream.encode(frame))

    def _let_hear(self, packet: Packet[AudioStream]) -> None:
        with suppress(av.error.InvalidDataError):  # AAC of broadcasts is taken apart here, damaged or not
            self._container.mux(packet)


def _encoder() -> str:
    for name in _ENCODERS:
        if name in av.codecs_available:
            return name
    raise NoEncoderError("this build of FFmpeg has no encoder for H.264")
