"""One live stream: its source, its windows and its figures."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import asdict
from typing import TYPE_CHECKING

from aggregation.sampling import Sampling
from semblance.figures import ReadingFigures
from semblance.shedding import Shedding
from stream.addresses import check_address
from stream.redaction import redact
from stream.supervise import attend, supervise
from web.service import Condition, StatusChange, StreamView

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregation import Aggregator
    from inference import Reading
    from stream import Frame, Source, SourceError, State, StreamSpec
    from stream.spec import PreviewMode
    from web.service import Publisher

log = logging.getLogger("semblance.stream")


class LiveStream:
    """Follows one source for as long as `run` runs, and publishes what its readings come to."""

    def __init__(
        self,
        spec: StreamSpec,
        source: Source,
        aggregator: Aggregator,
        publisher: Publisher,
        utc: Callable[[], float],
    ) -> None:
        self.spec = spec
        self.source = source
        self.aggregator = aggregator
        self._begin_sampling()
        self._publisher = publisher
        self._utc = utc
        self._figures = ReadingFigures()
        self._shedding = Shedding()
        self._reconnects = 0
        self._condition = Condition("connecting", None, utc())

    async def run(self, deliver: Callable[[Frame], None]) -> None:
        """Returns when the medium has ended or cannot be read; live ones are followed until cancelled."""
        kind = check_address(self.spec.url)
        if kind == "whip":
            await attend(self.source, deliver, self._report)
        await supervise(self.source, deliver, self._report, again=kind != "file")

    def expect(self) -> None:
        """A publisher was let in: an ended stream is about to come back."""
        if self._condition.state == "ended":
            self._report("connecting", None)

    def read(self, reading: Reading, now: float) -> None:
        """A frame of this stream was read; `now` is monotonic."""
        self._figures.add(reading.captured, now)
        self._publisher.publish(reading)
        for summary in self.aggregator.add(reading, reading.captured_utc):
            self._publisher.publish(summary)
        if self._sampling:
            self._pace(self._sampling.rate(reading, reading.captured))

    def change(self, spec: StreamSpec) -> None:
        """The same pictures come; which of them are analysed, and how, is as `spec` says from now on."""
        self.spec = spec
        self._begin_sampling()

    def advance(self, now_utc: float) -> None:
        """Closes the windows that time alone completes, so that a lost camera is seen in them."""
        if self._condition.state in ("ended", "failed"):
            return
        for summary in self.aggregator.advance(now_utc):
            self._publisher.publish(summary)

    def shed(self, now: float) -> float:
        """The share of the last frames that there was no time for; to be asked at least every second."""
        if self._condition.state == "running":
            self._shedding.note(self._figures.analysed, self.source.figures.dropped, now)
        else:
            self._shedding.rest()
        return self._shed()

    def view(self, preview: PreviewMode) -> StreamView:
        """`preview` is the mode in force."""
        figures = self.source.figures
        return StreamView(
            id=self.spec.id,
            url=redact(self.spec.url),
            fps=self.spec.fps,
            sampling=self.spec.sampling,
            detail=self.spec.detail,
            condition=self._condition,
            source=self.source.info,
            analysed_fps=self._figures.fps(asyncio.get_running_loop().time()),
            decoded=figures.decoded,
            analysed=self._figures.analysed,
            dropped=dict(figures.dropped),
            latency=self._figures.latency(),
            reconnects=self._reconnects,
            irregular=asdict(self.aggregator.figures),
            preview=preview,
            preview_setting=self.spec.preview,
            loop=self.spec.loop,
            priority=self.spec.priority,
            shed=self._shed(),
        )

    def _shed(self) -> float:
        return self._shedding.share(self._figures.analysed, self.source.figures.dropped)

    def _begin_sampling(self) -> None:
        self._sampling = Sampling(self.spec.fps) if self.spec.sampling == "adaptive" else None
        self._pace(self.spec.fps)

    def _pace(self, fps: float) -> None:
        self.source.pace(fps)
        self.aggregator.relax(1 / fps)

    def _report(self, state: State, error: SourceError | None) -> None:
        before = self._condition
        reason = (error.code, error.message) if error else None
        self._reconnects += state == "reconnecting" and before.state == "running"
        if (state, reason) == (before.state, before.error):
            return
        since = before.since_utc if state == before.state else self._utc()
        self._condition = Condition(state, reason, since)
        self._publisher.publish(StatusChange(self.spec.id, self._condition))
        level = logging.WARNING if error else logging.INFO
        log.log(level, "%s: %s%s", self.spec.id, state, f": {error.message}" if error else "")
