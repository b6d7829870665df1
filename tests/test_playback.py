"""What a live medium's packets lead to, on a clock of its own: what is decoded, left out, given up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import av
import pytest

from stream import playback
from stream.addresses import parse_address
from stream.cadence import Cadence
from stream.handover import Handover
from stream.limits import Limits
from stream.media_timeline import MediaTimeline
from stream.playback import Picture, Playback, Wishes
from stream.source import SourceError, SourceFigures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av import Packet, VideoFrame
    from av.video.stream import VideoStream

    from stream.av_medium import Medium

TICK = Fraction(1, 1000)
WISHES = Wishes(parse_address("rtsp://camera.test/live"), Cadence(25), True, False, Limits())


@dataclass
class Clock:
    now: float = 100.0

    def monotonic(self) -> float:
        return self.now


@dataclass
class Sent:
    """A packet whose decoding takes `work` seconds and gives a picture, or none."""

    clock: Clock
    pts: int
    work: float
    whole: bool = True
    is_keyframe: bool = False
    is_disposable: bool = False

    @property
    def dts(self) -> int:
        return self.pts

    def decode(self) -> list[VideoFrame]:
        self.clock.now += self.work
        frame = av.VideoFrame(32, 32, "yuv420p")
        frame.pts, frame.time_base = self.pts, TICK
        return [frame] if self.whole else []


class Played:
    """A camera of 25 frames a second, of which only the first is a key frame; `pictures` are when they came.

    Decoding takes `work` seconds from the tenth second on; the first packet after one was left out and all
    after it give a picture only if it `heals`.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, work: float, *, heals: bool) -> None:
        self.clock = Clock()
        monkeypatch.setattr(playback, "time", self.clock)
        self.figures = SourceFigures()
        self.pictures: list[float] = []
        self._work = work
        self._heals = heals
        stream = SimpleNamespace(
            time_base=TICK,
            codec_context=SimpleNamespace(name="hevc", codec=SimpleNamespace(intra_only=False)),
        )
        medium = SimpleNamespace(
            container=self,
            stream=stream,
            recorded=False,
            ahead=False,
            timed=True,
            fps=25.0,
            info=lambda width, height: (width, height),
        )
        handover: Handover[Picture] = Handover(self._note, 1, live=True)
        self._handover = handover
        self._playback = Playback(
            cast("Medium", medium),
            replace(WISHES, cadence=Cadence(25)),
            self.figures,
            MediaTimeline(),
            handover,
        )

    def demux(self, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
        del stream
        for number in range(60 * 25):
            self.clock.now = max(self.clock.now, 100 + number / 25)
            left_out = self.figures.dropped.get("overload", 0)
            sent = Sent(
                self.clock, number * 40, 0.001 if number < 250 else self._work, is_keyframe=number == 0
            )
            sent.whole = self._heals or not left_out
            yield cast("Any", sent)

    def run(self) -> SourceError:
        with pytest.raises(SourceError) as raised:
            for _ in self._playback.run():
                pass
        return raised.value

    def _note(self) -> None:
        self._handover.take()
        self.pictures.append(self.clock.now)


def test_a_decoder_that_is_too_slow_for_a_stream_without_key_frames_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    played = Played(monkeypatch, 0.06, heals=True)
    assert played.run().code == "ended"
    assert played.figures.dropped["overload"] > 100
    gaps = [after - before for before, after in zip(played.pictures, played.pictures[1:], strict=False)]
    assert max(gaps) < 5
    assert played.pictures[-1] > 150


def test_a_stream_that_brings_no_picture_any_more_after_one_was_left_out_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    played = Played(monkeypatch, 0.06, heals=False)
    assert played.run().code == "timeout"
    assert played.clock.now == pytest.approx(played.pictures[-1] + Limits().stall, abs=0.2)
