"""The findings: every trial so far, and what they say of the machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from semblance.bench.search import Search

if TYPE_CHECKING:
    from semblance.bench.load import Load
    from semblance.bench.trial import Trial


class Told(Protocol):
    """Hears how the search goes on."""

    def trying(self, streams: int) -> None: ...

    def tried(self, trial: Trial, *, carried: bool) -> None: ...


_LONGER = 2
"""The answer is watched so many times as long as a step of the search."""


@dataclass(slots=True)
class Findings:
    """Grows while `search` runs; `complete` once the answer has been seen to hold."""

    latency: float
    trials: list[Trial] = field(default_factory=list)
    complete: bool = False
    answer: Trial | None = None

    @property
    def carried(self) -> int:
        """The most streams that were carried so far, or that hold where it is complete."""
        return self.answer.streams if self.answer else 0

    @property
    def beyond(self) -> Trial | None:
        """The trial of the fewest streams that were too many."""
        failed = [trial for trial in self.trials if trial.streams > self.carried and not self._held(trial)]
        return min(failed, key=lambda trial: trial.streams, default=None)

    @property
    def shown(self) -> Trial | None:
        """The trial whose figures are told: the answer's, or of the fewest streams where none is carried."""
        return self.answer or self.beyond

    @property
    def memory_per_stream(self) -> float | None:
        """Bytes that each further stream took, as their number rose for the first time."""
        rising: list[Trial] = []
        for trial in self.trials:
            if rising and trial.streams <= rising[-1].streams:
                break
            rising.append(trial)
        if len(rising) < 2:
            return None
        first, last = rising[0], rising[-1]
        return max(0.0, (last.memory - first.memory) / (last.streams - first.streams))

    async def search(self, load: Load, seconds: float, most: int, told: Told) -> None:
        """Tries until the answer is known, and watches it for longer."""
        search = Search(most)
        while (streams := search.next()) is not None:
            told.trying(streams)
            await load.carry(streams)
            trial = await self._watched(load, seconds, told)
            if not self._held(trial) and trial.nearly(self.latency):
                trial = await self._watched(load, seconds, told)  # was it chance?
            search.tell(streams, carried=self._held(trial))
        await self._confirm(search, load, _LONGER * seconds, told)
        self.complete = True

    async def _confirm(self, search: Search, load: Load, seconds: float, told: Told) -> None:
        """Watches the answer, and where it does not hold fewer streams, then what lies between."""
        streams: int | None = search.carried
        while streams:
            told.trying(streams)
            await load.carry(streams)
            held = self._held(await self._watched(load, seconds, told))
            if held or streams > search.carried:
                search.tell(streams, carried=held)
                streams = search.next()
            else:
                search.retreat()
                streams = search.carried
                self.answer = self._best(streams)

    async def _watched(self, load: Load, seconds: float, told: Told) -> Trial:
        trial = await load.watch(seconds)
        self.trials.append(trial)
        if self._held(trial) and trial.streams >= self.carried:
            self.answer = trial
        told.tried(trial, carried=self._held(trial))
        return trial

    def _best(self, most: int) -> Trial | None:
        """Of the trials of at most so many streams, the one in which most were carried."""
        held = [trial for trial in self.trials if trial.streams <= most and self._held(trial)]
        return max(held, key=lambda trial: trial.streams, default=None)

    def _held(self, trial: Trial) -> bool:
        return trial.carried(self.latency)
