"""A clip whose expression changes at once: when the Emotion API's result says that it did."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from inference.engine import Engine
from inference.options import InferenceOptions
from semblance.emotion_output import EmotionVideo
from semblance.recording import read_recording
from stream.channel import Channel
from stream.opening import open_source
from stream.pattern.scene import Scene
from stream.pattern.timeline import Timeline
from stream.spec import StreamSpec
from tests.e2e.clips import save
from web.emotion.moving_mean import DELAY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from inference.measured import Measured
    from stream import Source
    from stream.frame import Frame
    from web.emotion.models import OutputStyle

FPS = 25
CHANGE = 2.5
Points = list[tuple[float, float]]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = Engine.load(InferenceOptions())
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drawn person, neutral and from 2.5 seconds on happy."""
    acted = Timeline(hold=CHANGE, emotions=("neutral", "happiness"), ease=1e-6)
    scene = Scene(320, 240, people=1, seed=4, timeline=acted)
    pictures = (scene.render(number / FPS) for number in range(round(2 * CHANGE * FPS)))
    return save(tmp_path_factory.mktemp("clip") / "step.mp4", pictures, FPS)


async def read(engine: Engine, clip: Path, output: EmotionVideo, seen: Points) -> None:
    spec = StreamSpec(id="clip", url=str(clip))

    async def through(source: Source, emit: Callable[[Measured], Awaitable[None]]) -> None:
        async def told(measured: Measured) -> None:
            if measured.reading.faces:
                seen.append((measured.reading.pts or 0.0, measured.reading.faces[0].scores[4]))
            await emit(measured)

        channel: Channel[Frame] = Channel(8)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(feed(source, channel))
            await engine.run(channel, told)

    await read_recording("clip", open_source(spec, live=False), through, output, lambda _: None)
    engine.forget(spec.id)


async def feed(source: Source, channel: Channel[Frame]) -> None:
    async with aclosing(source.frames()) as frames:
        async for frame in frames:
            await channel.put(frame)
    await channel.close()


def middle_of_the_rise(points: Points) -> float:
    """When the line through these comes half the way from what it was first to what it is at last."""
    early = [value for at, value in points if at < CHANGE - 1]
    late = [value for at, value in points if at > CHANGE + 1]
    half = (sum(early) / len(early) + sum(late) / len(late)) / 2
    for (before, low), (after, high) in pairwise(points):
        if low < half <= high:
            return before + (after - before) * (half - low) / (high - low)
    raise AssertionError(points)


@pytest.mark.parametrize("style", ["aggregate", "perFrame"])
async def test_subtracting_250_milliseconds_gives_the_moment_of_a_change(
    engine: Engine, clip: Path, style: OutputStyle
) -> None:
    output = EmotionVideo(style, length=0.5, interval=0.08)
    seen: Points = []
    await read(engine, clip, output, seen)
    result = json.loads(output.text())
    shown = [
        ((fragment["start"] + place * fragment["interval"]) / result["timescale"], event[0])
        for fragment in result["fragments"]
        for place, event in enumerate(fragment["events"])
        if event  # a face is there from its second frame on
    ]
    key = "scores" if style == "perFrame" else "windowMeanScores"
    late = middle_of_the_rise([(at, event[key]["happiness"]) for at, event in shown])
    assert middle_of_the_rise(seen) == pytest.approx(CHANGE, abs=1.5 / FPS)
    assert late - middle_of_the_rise(seen) == pytest.approx(DELAY, abs=0.5 / FPS)
