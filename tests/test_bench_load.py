"""So many streams in the real pipeline, and what is seen of them; cameras and models are known."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from aggregation import Window
from semblance.bench.conversions import Conversions, TimedSource
from semblance.bench.gauge import Gauge
from semblance.bench.load import Load
from semblance.bench.nobody import Nobody
from semblance.bench.playing import Playing
from semblance.failure import Failure
from semblance.pipeline import Pipeline
from stream import Frame, SourceError, SourceFigures, SourceInfo, StreamSpec
from stream.array_pixels import ArrayPixels
from tests.models_at_work import ModelsAtWork
from tests.virtual_clock import run_virtual
from web.hub import Hub

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from semblance.bench.trial import Trial

INFO = SourceInfo(64, 36, 10.0, "h264")
PLAYING = Playing("file:clip.mp4", "clip.mp4", INFO, 10.0, 10.0)
PIXELS = ArrayPixels(np.zeros((36, 64, 3), np.uint8))


class Camera:
    """So many frames a second; the stream called `broken` cannot be read."""

    def __init__(self, spec: StreamSpec, broken: str, fps: float = 10.0) -> None:
        self._fps = fps
        self.info: SourceInfo | None = None
        self.figures = SourceFigures()
        self._stream, self._broken = spec.id, spec.id == broken

    def pace(self, fps: float) -> None:
        assert fps == self._fps  # it is steady

    async def frames(self) -> AsyncGenerator[Frame, None]:
        if self._broken:
            raise SourceError("codec", "clip.mp4 is damaged.")
        self.info = INFO
        clock = asyncio.get_running_loop().time
        sequence, begun = 0, clock()
        while True:
            await asyncio.sleep(begun + sequence / self._fps - clock())
            self.figures.decoded += 1
            yield Frame(self._stream, sequence, clock(), 1_795_000_000.0 + clock(), None, PIXELS, 0.1)
            sequence += 1


@asynccontextmanager
async def loaded(
    per_frame: float, broken: str = "", playing: Playing = PLAYING, latency: float = 0.5
) -> AsyncIterator[Load]:
    """Models that take so long for a frame."""
    conversions: Conversions = {}
    async with asyncio.TaskGroup() as tasks:
        gauge = Gauge(Hub(), asyncio.get_running_loop().time)
        pipeline = Pipeline(
            tasks,
            gauge,
            (Window("2s", 2.0, 0.5),),
            lambda spec: TimedSource(Camera(spec, broken, playing.fps), conversions),
            Nobody(),
            utc=lambda: 1_795_000_000.0 + asyncio.get_running_loop().time(),
        )
        reading = tasks.create_task(pipeline.run(lambda: ModelsAtWork(per_frame)))
        load = Load(pipeline, gauge, conversions, playing, latency)
        await load.ready()
        try:
            yield load
        finally:
            await load.clear()
            reading.cancel()


def test_what_the_models_have_time_for_is_carried_and_more_is_not() -> None:
    async def watched() -> list[Trial]:
        async with loaded(per_frame=0.02) as load:  # fifty frames a second
            trials = []
            for streams in (2, 16, 4):
                await load.carry(streams)
                trials.append(await load.watch(4.0))
            return trials

    two, many, four = run_virtual(watched())
    assert [trial.streams for trial in (two, many, four)] == [2, 16, 4]
    assert two.carried(0.5)
    assert four.carried(0.5)
    assert not many.carried(0.5)
    assert two.analysed == pytest.approx(80, abs=2)
    assert two.p95 is not None
    assert 0.019 < two.p95 < 0.081
    assert many.share < 0.4
    assert many.seconds < 2.0  # it is soon clear
    assert 0 < many.least <= many.share
    assert two.decoder == "software"


def test_the_bound_on_the_latency_counts_as_much_as_how_much_is_analysed() -> None:
    async def watched() -> Trial:
        async with loaded(per_frame=0.08) as load:
            await load.carry(1)
            return await load.watch(4.0)

    trial = run_virtual(watched())
    assert trial.share > 0.95
    assert trial.carried(0.1)
    assert not trial.carried(0.05)


@pytest.mark.parametrize(("seconds", "latency"), [(1.0, 0.5), (2.0, 0.5), (4.0, 0.5), (1.0, 0.9)])
def test_where_few_frames_are_due_those_on_their_way_are_not_taken_for_lost(
    seconds: float, latency: float
) -> None:
    async def watched() -> list[Trial]:
        slow = replace(PLAYING, fps=1.0, due=1.0)
        async with loaded(per_frame=0.2, playing=slow, latency=latency) as load:
            trials = []
            for streams in (1, 2, 3):
                await load.carry(streams)
                await asyncio.sleep(0.17 * streams)  # at another moment between two frames
                trials.append(await load.watch(seconds))
            return trials

    trials = run_virtual(watched())
    assert [trial.carried(latency) for trial in trials] == [True, True, True]
    assert all(trial.seconds >= max(2.0, seconds) for trial in trials)


def test_a_stream_that_cannot_be_played_ends_it_with_what_the_source_says() -> None:
    async def carried() -> None:
        async with loaded(per_frame=0.001, broken="camera-2") as load:
            with pytest.raises(Failure, match=r"of 3 streams one could not be played: clip.mp4 is damaged"):
                await load.carry(3)

    run_virtual(carried())


def test_a_medium_whose_pictures_end_after_the_first_is_called_damaged() -> None:
    async def watched() -> None:
        async with loaded(per_frame=0.001, playing=replace(PLAYING, fps=0.01)) as load:
            await load.carry(1)
            with pytest.raises(Failure, match=r"clip.mp4: in 2 s no picture could be decoded"):
                await load.watch(4.0)

    run_virtual(watched())


def test_the_time_that_pictures_take_to_be_converted_is_counted() -> None:
    async def converted() -> float:
        conversions: Conversions = {}

        class One(Camera):
            async def frames(self) -> AsyncGenerator[Frame, None]:
                yield Frame("a", 0, 0.0, 0.0, None, ArrayPixels(np.zeros((720, 1280, 3), np.uint8)))

        source = TimedSource(One(StreamSpec(id="a", url="file:x"), ""), conversions)
        async for frame in source.frames():
            assert frame.pixels.bgr(320, 180).shape == (180, 320, 3)
            assert frame.pixels.grey().values.shape == (720, 1280)
            assert (frame.pixels.width, frame.pixels.height) == (1280, 720)
        return conversions["MainThread"]

    assert run_virtual(converted()) > 0
