"""The live pipeline in this process, with nobody behind it but one who notes when readings come."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from aggregation import Window
from inference.reading import Reading
from semblance.pipeline import Pipeline
from stream.array_pixels import ArrayPixels
from stream.opening import open_source
from tests.fake_publishers import FakePublishers
from tests.unwatched import Unwatched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from inference.engine import Engine
    from web.service import Published

WINDOWS = (Window("2s", 2.0, 0.5), Window("60s", 60.0, 5.0))


@dataclass(slots=True)
class Listener(Unwatched):
    """`ages` are how many seconds before each reading its frame was captured, of all streams."""

    ages: list[float] = field(default_factory=list)
    faces: int = 0

    def publish(self, message: Published) -> None:
        if isinstance(message, Reading):
            self.ages.append(time.monotonic() - message.captured)
            self.faces += len(message.faces)


@asynccontextmanager
async def live_pipeline(engine: Engine, listener: Listener) -> AsyncIterator[Pipeline]:
    """A pipeline whose models are warm; its streams are removed at the end."""
    nobody = FakePublishers(ArrayPixels(np.zeros((2, 2, 3), np.uint8)))
    async with asyncio.TaskGroup() as tasks:
        pipeline = Pipeline(tasks, listener, WINDOWS, open_source, nobody)
        running = tasks.create_task(pipeline.run(lambda: engine))
        while not pipeline.ready:  # noqa: ASYNC110 - nobody else waits for it
            await asyncio.sleep(0.05)
        yield pipeline
        for view in pipeline.streams():
            await pipeline.remove(view.id)
        running.cancel()
