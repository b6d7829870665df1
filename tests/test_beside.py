"""A video read by the real models beside a live stream: its result is that which it has alone."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import numpy as np
import pytest

from aggregation import Summary, Window
from inference.engine import Engine
from inference.options import InferenceOptions
from semblance.pipeline import Pipeline
from stream import StreamSpec
from stream.array_pixels import ArrayPixels
from stream.opening import open_source
from stream.pattern import Scene
from tests.e2e.clips import save
from tests.fake_publishers import FakePublishers
from tests.unwatched import Unwatched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from web.service import Published

FPS, COUNT = 25, 50
LIVE = StreamSpec(id="camera", url="pattern:?people=1&width=320&height=240&fps=10", fps=10)


class Listener(Unwatched):
    """Keeps the windows' ends."""

    def __init__(self) -> None:
        self.summaries: list[Summary] = []

    def publish(self, message: Published) -> None:
        if isinstance(message, Summary):
            self.summaries.append(message)


@asynccontextmanager
async def at_work(listener: Listener) -> AsyncIterator[Pipeline]:
    engine = await asyncio.to_thread(Engine.load, InferenceOptions(provider="cpu"))
    nobody = FakePublishers(ArrayPixels(np.zeros((2, 2, 3), np.uint8)))
    async with asyncio.TaskGroup() as tasks:
        pipeline = Pipeline(tasks, listener, [Window("1s", 1.0, 0.5)], open_source, nobody)
        running = tasks.create_task(pipeline.run(lambda: engine))
        yield pipeline
        for view in pipeline.streams():
            await pipeline.remove(view.id)
        running.cancel()
    engine.close()


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scene = Scene(320, 240, people=1, seed=4)
    path = tmp_path_factory.mktemp("beside") / "person.mp4"
    return save(path, (scene.render(number / FPS) for number in range(COUNT)), FPS)


async def test_a_video_has_the_result_it_has_alone_and_the_stream_goes_on(video: Path) -> None:
    listener = Listener()
    async with at_work(listener) as pipeline:
        alone = await pipeline.videos.read(video, "perFrame", lambda _: None)
        await pipeline.add(LIVE)
        while not listener.summaries:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)
        windows = len(listener.summaries)
        several = [pipeline.videos.read(video, "perFrame", lambda _: None) for _ in range(3)]
        beside = await asyncio.gather(*several)
        async with asyncio.timeout(10):
            while len(listener.summaries) == windows:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
        assert pipeline.beside.taken == 4 * COUNT
    for read in beside:
        assert read.message is None
        compare(json.loads(read.result), json.loads(alone.result))
    faces = [event for part in json.loads(alone.result)["fragments"] for event in part.get("events", [])]
    assert sum(map(len, faces)) >= 0.8 * COUNT


def compare(found: object, wanted: object) -> None:
    """The same, but for what a sum's last digits do in batches of another size."""
    match wanted:
        case dict():
            assert isinstance(found, dict)
            assert list(found) == list(wanted)
            for key, value in wanted.items():
                compare(found[key], value)
        case list():
            assert isinstance(found, list)
            assert len(found) == len(wanted)
            for one, other in zip(found, wanted, strict=True):
                compare(one, other)
        case float():
            assert found == pytest.approx(wanted, abs=1e-4)
        case _:
            assert found == wanted
