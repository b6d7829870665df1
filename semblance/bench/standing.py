"""What stands while streams are carried: the service but for its web server, and nobody's history."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from pydantic import SecretStr

from semblance.bench.conversions import Conversions, TimedSource
from semblance.bench.gauge import Gauge
from semblance.bench.load import Load
from semblance.bench.nobody import Nobody
from semblance.keeping import keeping
from semblance.pipeline import Pipeline
from semblance.recorder import Recorder
from stream.cores import cores
from stream.decoding_turns import DecodingTurns
from stream.opening import open_source
from web.hub import Hub

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from aggregation.event import Event
    from inference.engine import Engine
    from semblance.bench.playing import Playing
    from semblance.settings import Settings
    from stream import Source, StreamSpec
    from stream.hardware import Hardware


class _NoEvents:
    """Where events would be kept: there is no rule that could make one."""

    def add(self, event: Event) -> None:
        raise AssertionError(f"an event without a rule: {event}")


@asynccontextmanager
async def standing(
    engine: Engine, settings: Settings, hardware: Hardware, playing: Playing, folder: Path, latency: float
) -> AsyncIterator[Load]:
    """A load to be set, until the block has ended. The history lies in `folder`, and is kept as configured.

    Of the settings those of rules, groups, outputs, hooks, publishers, previews and of the sources' timeouts
    are not taken over: nothing here makes use of them.
    """
    conversions: Conversions = {}
    windows = [window.window() for window in settings.windows]
    turns = DecodingTurns(cores())

    def opened(spec: StreamSpec) -> Source:
        return TimedSource(open_source(spec, hardware=hardware, turns=turns), conversions)

    history = settings.history.model_copy(update={"url": SecretStr(str(folder / "history.db"))})
    async with keeping(history, windows) as store, asyncio.TaskGroup() as tasks:
        gauge = Gauge(Recorder(Hub(), store, _NoEvents()), asyncio.get_running_loop().time)
        pipeline = Pipeline(tasks, gauge, windows, opened, Nobody(), max_age=settings.inference.max_age)
        reading = tasks.create_task(pipeline.run(lambda: engine), name="pipeline")
        load = Load(pipeline, gauge, conversions, playing, latency)
        await load.ready()
        yield load
        await load.clear()
        reading.cancel()
