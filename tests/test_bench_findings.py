"""How a bench comes to its answer, and what is known when it is interrupted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import pytest

from semblance.bench.findings import Findings
from tests.bench_trials import trial
from tests.virtual_clock import run_virtual

if TYPE_CHECKING:
    from collections.abc import Callable

    from semblance.bench.load import Load
    from semblance.bench.trial import Trial


class Machine:
    """A load on a machine whose trials are known; notes what was watched, and for how long."""

    def __init__(self, seen: Callable[[int, float, int], Trial]) -> None:
        self.watched: list[tuple[int, float]] = []
        self._seen = seen
        self._streams = 0

    async def carry(self, streams: int) -> None:
        self._streams = streams

    async def watch(self, seconds: float) -> Trial:
        await asyncio.sleep(seconds)
        times = [streams for streams, _ in self.watched].count(self._streams)
        self.watched.append((self._streams, seconds))
        return self._seen(self._streams, seconds, times)


class Listener:
    def __init__(self) -> None:
        self.heard: list[tuple[int, bool]] = []

    def trying(self, streams: int) -> None:
        pass

    def tried(self, trial: Trial, *, carried: bool) -> None:
        self.heard.append((trial.streams, carried))


def searched(machine: Machine, most: int = 1024) -> Findings:
    findings = Findings(0.5)
    run_virtual(findings.search(cast("Load", machine), 4.0, most, Listener()))
    return findings


def test_the_answer_is_watched_once_more_for_longer_and_these_are_its_figures() -> None:
    machine = Machine(lambda streams, _seconds, _times: trial(streams, share=1.0 if streams <= 5 else 0.5))
    findings = searched(machine)
    assert machine.watched == [(1, 4.0), (2, 4.0), (4, 4.0), (8, 4.0), (6, 4.0), (5, 4.0), (5, 8.0)]
    assert findings.complete
    assert findings.carried == 5
    assert findings.answer is findings.trials[-1]
    assert findings.beyond is not None
    assert findings.beyond.streams == 6


def test_what_fails_by_little_is_watched_twice() -> None:
    def seen(streams: int, _seconds: float, times: int) -> Trial:
        unlucky = streams == 3 and times == 0
        return trial(streams, share=0.92 if unlucky else 1.0 if streams <= 3 else 0.6)

    machine = Machine(seen)
    assert searched(machine).carried == 3
    assert [streams for streams, _ in machine.watched] == [1, 2, 4, 3, 3, 3]


def test_an_answer_that_does_not_hold_for_longer_is_given_up_for_less() -> None:
    def seen(streams: int, seconds: float, _times: int) -> Trial:
        return trial(streams, share=1.0 if streams <= (7 if seconds == 4.0 else 5) else 0.5)

    findings = searched(Machine(seen))
    assert findings.carried == 5
    assert findings.beyond is not None
    assert findings.beyond.streams == 6


@pytest.mark.parametrize("holds", [*range(20), 23])
def test_an_answer_is_given_up_in_few_trials_however_little_holds(holds: int) -> None:
    def seen(streams: int, seconds: float, _times: int) -> Trial:
        return trial(streams, share=1.0 if streams <= (23 if seconds == 4.0 else holds) else 0.5)

    machine = Machine(seen)
    findings = searched(machine)
    assert findings.carried == holds
    assert findings.complete
    assert [seconds for _, seconds in machine.watched].count(8.0) <= 9
    assert findings.answer is None or findings.answer in findings.trials[-9:]


def test_where_not_even_one_is_carried_its_figures_are_shown_all_the_same() -> None:
    findings = searched(Machine(lambda streams, _seconds, _times: trial(streams, share=0.3)))
    assert findings.complete
    assert findings.carried == 0
    assert findings.shown is findings.trials[0]


def test_an_answer_that_holds_for_nobody_ends_at_none() -> None:
    findings = searched(
        Machine(lambda streams, seconds, _times: trial(streams, 1.0 if seconds == 4.0 else 0.5)), 2
    )
    assert findings.complete
    assert findings.carried == 0


def test_interrupted_the_most_that_was_carried_is_known() -> None:
    async def interrupted(findings: Findings, machine: Machine) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(13.0):
                await findings.search(cast("Load", machine), 4.0, 1024, Listener())

    findings = Findings(0.5)
    run_virtual(interrupted(findings, Machine(lambda streams, _seconds, _times: trial(streams))))
    assert not findings.complete
    assert findings.carried == 4
    assert findings.shown is not None
    assert findings.shown.streams == 4


def test_memory_is_told_from_the_streams_that_came_while_their_number_rose() -> None:
    def seen(streams: int, _seconds: float, times: int) -> Trial:
        grown = 50_000_000 if times or streams == 3 else 0  # what the system has not given back
        return trial(
            streams, share=1.0 if streams <= 3 else 0.5, memory=100_000_000 + 4_000_000 * streams + grown
        )

    assert searched(Machine(seen)).memory_per_stream == 4_000_000


def test_one_trial_says_nothing_of_further_streams() -> None:
    assert searched(Machine(lambda streams, _s, _t: trial(streams)), most=1).memory_per_stream is None
