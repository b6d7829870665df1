"""Files played live through the pipeline for some seconds, and what that took."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregation import Summary
from inference.reading import Reading
from stream.spec import StreamSpec
from tests.bench.live_pipeline import Listener, live_pipeline
from tests.bench.recorded_calls import RecordedCalls
from web.messages import encode, reading_json, summary_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.engine import Engine
    from web.service import Published

WARM_UP = 2.0


@dataclass(frozen=True, slots=True)
class Played:
    """`processor` and `seconds` are what passed meanwhile; `calls` those of the models."""

    processor: float
    seconds: float
    analysed: int
    decoded: int
    calls: RecordedCalls


class Encoder(Listener):
    """Encodes what a client would get of each stream, once."""

    def publish(self, message: Published) -> None:
        super().publish(message)
        if isinstance(message, Reading):
            encode(reading_json(message))
        elif isinstance(message, Summary):
            encode(summary_json(message))


async def played_live(engine: Engine, files: Sequence[str], seconds: float, fps: float = 120) -> Played:
    """Each file at its own pace, at most `fps` of its frames a second analysed: by default all."""
    listener = Encoder()
    async with live_pipeline(engine, listener) as pipeline:
        for number, file in enumerate(files):
            await pipeline.add(StreamSpec(id=f"camera-{number:02}", url=file, fps=fps, loop=True))
        await asyncio.sleep(WARM_UP)

        def decoded() -> int:
            return sum(view.decoded for view in pipeline.streams())

        with RecordedCalls() as calls:
            analysed, before, began = len(listener.ages), decoded(), time.monotonic()
            busy = time.process_time()
            await asyncio.sleep(seconds)
            return Played(
                time.process_time() - busy,
                time.monotonic() - began,
                len(listener.ages) - analysed,
                decoded() - before,
                calls,
            )
