"""One live stream: what its readings make of the rate it is analysed at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aggregation import Aggregator, Summary, Window
from aggregation.sampling import STILL_FPS
from semblance.live_stream import LiveStream
from stream.source import SourceFigures, SourceInfo
from stream.spec import StreamSpec
from tests.readings import HAPPY, NEUTRAL, face, reading

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from stream.frame import Frame
    from web.service import Published

SPEC = StreamSpec(id="clip", url="rtsp://10.0.0.1/clip", fps=10, sampling="adaptive")


@dataclass
class Camera:
    fps: float = 0.0
    info: SourceInfo | None = None
    figures: SourceFigures = field(default_factory=SourceFigures)

    def pace(self, fps: float) -> None:
        self.fps = fps

    async def frames(self) -> AsyncGenerator[Frame, None]:
        return
        yield


class Listener:
    def __init__(self) -> None:
        self.summaries: list[Summary] = []

    def publish(self, message: Published) -> None:
        if isinstance(message, Summary):
            self.summaries.append(message)

    def previews_wanted(self, stream: str) -> float:  # noqa: ARG002 - the protocol's
        return 0.0

    def retract_previews(self, stream: str) -> None:
        pass

    def forget(self, stream: str) -> None:
        pass


class Played:
    """A stream of which frames are read at the rate that it asks for."""

    def __init__(self, spec: StreamSpec = SPEC) -> None:
        self.camera = Camera()
        self.listener = Listener()
        aggregator = Aggregator("clip", [Window("2s", 2.0, 0.5)], expected_interval=1 / spec.fps)
        self.stream = LiveStream(spec, self.camera, aggregator, self.listener, lambda: 0.0)
        self.at = 100.0
        self.readings = 0

    def play(self, seconds: float, scores: tuple[float, ...]) -> int:
        """How many frames were read."""
        before, end = self.readings, self.at + seconds
        while self.at < end:
            self.readings += 1
            made = reading(self.readings, None, face(scores))
            self.stream.read(replace(made, captured=self.at, captured_utc=self.at), self.at)
            self.at += 1 / self.camera.fps
        return self.readings - before


def test_a_still_stream_is_read_seldom_and_a_change_at_once_more() -> None:
    played = Played()
    played.play(10, NEUTRAL)
    assert played.camera.fps == STILL_FPS
    assert 19 <= played.play(10, NEUTRAL) <= 21
    played.play(0.01, HAPPY)
    assert played.camera.fps > 4


def test_windows_are_whole_at_any_rate() -> None:
    played = Played()
    for scores in (NEUTRAL, HAPPY) * 5:
        played.play(7, scores)
    assert {each.coverage for each in played.listener.summaries if each.start >= 100} == {1.0}


def test_a_steady_stream_is_read_at_its_rate() -> None:
    played = Played(SPEC.model_copy(update={"sampling": "steady"}))
    assert played.play(10, NEUTRAL) in (100, 101)


def test_sampling_changes_while_the_stream_plays() -> None:
    played = Played()
    played.play(10, NEUTRAL)
    played.stream.change(SPEC.model_copy(update={"sampling": "steady"}))
    assert played.play(5, NEUTRAL) in (50, 51)
    played.stream.change(SPEC)
    assert played.play(10, NEUTRAL) < 50
