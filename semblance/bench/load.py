"""The load: the pipeline of the service under so many streams, and what is seen of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from semblance.bench.machine import Others, memory
from semblance.bench.spending import Ledger
from semblance.bench.trial import Trial
from semblance.failure import Failure
from stream.spec import StreamSpec

if TYPE_CHECKING:
    from collections.abc import Callable

    from semblance.bench.conversions import Conversions
    from semblance.bench.gauge import Gauge
    from semblance.bench.playing import Playing
    from semblance.pipeline import Pipeline
    from web.service import StreamView

_OPENED = 20.0
"""Seconds in which all streams must show their first picture; a machine that cannot do that carries fewer."""
_SETTLED = 1.5
"""Seconds after that: what waited while streams were opened has been read by then."""
_LOOKS = 0.05
_JUDGED, _SOONEST, _HOPELESS = 0.4, 1.5, 0.7
"""After this share of the time, and no sooner than after so many seconds, it is over where less than that
share of what is due was analysed."""
_FEWEST = 2
"""Frames of each stream that fall into the time it is watched: with fewer chance decides."""


class Load:
    """Adds and removes streams until there are as many as wanted, and watches them."""

    def __init__(
        self, pipeline: Pipeline, gauge: Gauge, conversions: Conversions, playing: Playing, latency: float
    ) -> None:
        """`latency` is how late readings may come, in seconds."""
        self._pipeline = pipeline
        self._gauge = gauge
        self._conversions = conversions
        self._playing = playing
        self._latency = latency
        self._ids: list[str] = []

    async def ready(self) -> None:
        """Returns when the models are loaded and warm."""
        await _until(lambda: self._pipeline.ready)

    async def carry(self, streams: int) -> None:
        """Returns when so many streams play, and what opening them disturbed is over."""
        await self._keep(streams)
        more = streams - len(self._ids)
        for number in range(more):
            stream_id = f"camera-{streams - more + number + 1}"
            spec = StreamSpec(id=stream_id, url=self._playing.url, fps=self._playing.fps, loop=True)
            await self._pipeline.add(spec)
            self._ids.append(stream_id)
            # Cameras do not all show their pictures at the same moment.
            await asyncio.sleep(1 / self._playing.due / more)
        await self._first_pictures()
        self._check()
        await asyncio.sleep(_SETTLED)

    async def clear(self) -> None:
        """Ends all streams."""
        await self._keep(0)

    async def watch(self, seconds: float) -> Trial:
        """What is seen in so many seconds; in fewer where it is soon clear that the streams are too many, and
        in more where less than two frames of a stream are due in them.
        """
        seconds = max(seconds, _FEWEST / self._playing.due)
        statistics = self._pipeline.statistics
        assert statistics is not None  # it is ready
        clock = asyncio.get_running_loop().time
        before, others, faces = Ledger(statistics, self._conversions), Others(), statistics.faces
        frames, decoded = statistics.frames, self._decoded()
        self._gauge.begin()
        began = clock()
        late = []
        while (passed := clock() - began) < seconds and not self._hopeless(passed, seconds):
            await asyncio.sleep(_LOOKS)
            late.append(clock() - began - passed - _LOOKS)
        self._check()
        if len(self._ids) == 1 and self._decoded() == decoded:
            raise Failure(
                f"{self._playing.shown}: in {passed:.0f} s no picture could be decoded; is it damaged?"
            )
        spending = Ledger(statistics, self._conversions).since(before)
        due = self._playing.due * passed
        analysed = self._gauge.analysed
        return Trial(
            streams=len(self._ids),
            seconds=passed,
            due=len(self._ids) * due,
            analysed=analysed.total(),
            least=min(1.0, min((analysed[name] for name in self._ids), default=0) / due),
            p50=self._gauge.latency(0.5),
            p95=self._gauge.latency(0.95),
            spending=spending,
            others=others.cores(),
            memory=memory(),
            lag=sorted(late)[int(0.95 * len(late))] if late else 0.0,
            decoder=self._decoder(),
            faces=(statistics.faces - faces) / max(1, statistics.frames - frames),
        )

    def _hopeless(self, passed: float, seconds: float) -> bool:
        """One frame of each stream may come a moment later, and what was captured less than the allowed
        latency ago may be on its way: neither is lost.
        """
        if passed < max(_SOONEST, _JUDGED * seconds):
            return False
        due = len(self._ids) * (self._playing.due * max(0.0, passed - self._latency) - 1)
        return self._gauge.analysed.total() < _HOPELESS * due

    async def _keep(self, streams: int) -> None:
        while len(self._ids) > streams:
            await self._pipeline.remove(self._ids.pop())

    def _decoded(self) -> int:
        return sum(view.decoded for view in self._pipeline.streams())

    def _decoder(self) -> str:
        decoders = {view.source.decoder for view in self._pipeline.streams() if view.source}
        return ", ".join(sorted(decoders))

    def _check(self) -> None:
        """Raises `Failure` where a stream could not be played."""
        for view in self._pipeline.streams():
            if view.condition.state == "failed" and view.condition.error:
                _code, message = view.condition.error
                raise Failure(f"of {len(self._ids)} streams one could not be played: {message}")

    async def _first_pictures(self) -> None:
        """Of all, or of those that show one in time: the others are missed by whoever watches."""
        try:
            async with asyncio.timeout(_OPENED):
                await _until(lambda: all(map(_begun, self._pipeline.streams())))
        except TimeoutError:
            return


def _begun(view: StreamView) -> bool:
    return view.decoded > 0 or view.condition.state == "failed"


async def _until(fact: Callable[[], bool]) -> None:
    while True:
        if fact():
            return
        await asyncio.sleep(_LOOKS)
