"""The rendered people as a source."""

from __future__ import annotations

import time
from contextlib import aclosing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from stream.pattern import PatternAddress, Scene
from stream.pattern_source import PatternSource
from stream.source import SourceInfo

if TYPE_CHECKING:
    from stream.frame import Frame

SMALL = PatternAddress(people=1, seed=3, width=160, height=160, fps=20, hold=2)


async def take(source: PatternSource, count: int) -> list[Frame]:
    frames: list[Frame] = []
    async with aclosing(source.frames()) as coming:
        async for frame in coming:
            frames.append(frame)
            if len(frames) == count:
                break
    return frames


async def test_offline_every_frame_of_the_duration_is_rendered() -> None:
    source = PatternSource("test", SMALL, fps=5, live=False, duration=0.5)
    frames = await take(source, 1000)
    assert [frame.pts for frame in frames] == pytest.approx([number / 20 for number in range(10)])
    assert [frame.sequence for frame in frames] == list(range(10))
    assert source.info == SourceInfo(160, 160, 20, "rendered")
    assert source.figures.decoded == 10


async def test_offline_without_a_duration_it_is_one_cycle() -> None:
    assert PatternSource("test", SMALL, live=False).timeline.cycle == 16


async def test_the_picture_is_the_scene_s_at_its_media_time() -> None:
    frames = await take(PatternSource("test", SMALL, live=False, duration=0.2), 4)
    scene = Scene(160, 160, 1, 3, PatternSource("test", SMALL).timeline)
    for frame in frames:
        assert frame.pts is not None
        assert np.array_equal(frame.pixels.bgr(160, 160), scene.render(frame.pts))


async def test_live_it_keeps_to_the_clock_at_the_rate_asked_for() -> None:
    source = PatternSource("test", SMALL, fps=10)
    frames = await take(source, 8)
    pts = [frame.pts for frame in frames if frame.pts is not None]
    assert pts[0] == 0
    for frame, seconds in zip(frames, pts, strict=True):
        assert frame.captured - frames[0].captured == pytest.approx(seconds, abs=0.15)
        assert frame.captured <= time.monotonic()
    assert source.figures.decoded <= 10


@pytest.mark.parametrize(
    ("fps", "live", "rate"), [(5, False, 20), (10, True, 10), (50, True, 20), (None, True, 20)]
)
async def test_a_frame_says_how_often_they_come(fps: float | None, live: bool, rate: float) -> None:
    (first,) = await take(PatternSource("test", SMALL, fps=fps, live=live), 1)
    assert first.interval == 1 / rate


async def test_it_goes_on_where_it_was() -> None:
    source = PatternSource("test", SMALL)
    first, second = await take(source, 3), await take(source, 2)
    assert [frame.sequence for frame in first + second] == list(range(5))
    assert first[-1].pts is not None
    assert second[0].pts is not None
    assert second[0].pts > first[-1].pts
