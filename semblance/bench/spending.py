"""What the processor's time went to between two moments, by the stages of the pipeline."""

from __future__ import annotations

import time
from collections import defaultdict
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from semblance.bench.threads import FOREIGN, processor_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inference.engine import Statistics
    from semblance.bench.conversions import Conversions

STAGES = "decode", "convert", "detect", "classify", "follow and crop", "event loop", "the rest"
"""The event loop's part is to hand over, to smooth, to keep windows and to write messages."""

_KINDS = {
    "decode ": "decode",
    "detect": "detect",
    "fill": "detect",
    "prepare": "detect",
    "read": "read",
    "MainThread": "loop",
    "device": "networks",
}
"""By how the names of the pipeline's threads begin, whose they are."""


@dataclass(frozen=True, slots=True)
class Spending:
    """Cores by stage, and of each thread that could be full the share of the time it was at work.

    `detecting` and `reading` count the clock's time on the threads of the two models, `running` that of the
    networks' runs among it; `loop` and `decoding` (the busiest) processor time. `used` is all of the process.
    """

    stages: Mapping[str, float]
    used: float
    detecting: float
    reading: float
    running: tuple[float, float]
    loop: float
    decoding: float


class Ledger:
    """The counts at one moment."""

    def __init__(self, statistics: Statistics, conversions: Conversions) -> None:
        self._at = time.perf_counter()
        self._processor = time.process_time()
        self._threads = processor_seconds()
        self._converted = dict(conversions)
        self._detector, self._classifier = copy(statistics.detector), copy(statistics.classifier)
        self._detecting, self._reading = statistics.detect_seconds, statistics.read_seconds

    def since(self, before: Ledger) -> Spending:
        """What was spent after `before`."""
        elapsed = self._at - before._at
        runs = (
            self._detector.seconds - before._detector.seconds,
            self._classifier.seconds - before._classifier.seconds,
        )
        used = self._processor - before._processor
        threads, busiest = self._by_kind(before)
        spent = self._by_stage(before, threads, runs, used)
        return Spending(
            {stage: seconds / elapsed for stage, seconds in zip(STAGES, spent, strict=True)},
            used=used / elapsed,
            detecting=(self._detecting - before._detecting) / elapsed,
            reading=(self._reading - before._reading) / elapsed,
            running=(runs[0] / elapsed, runs[1] / elapsed),
            loop=threads["loop"] / elapsed,
            decoding=busiest / elapsed,
        )

    def _by_kind(self, before: Ledger) -> tuple[Mapping[str, float], float]:
        """Seconds of the threads of each kind, and of the decoder that took most."""
        seconds: defaultdict[str, float] = defaultdict(float)
        busiest = 0.0
        for (number, name), took in self._threads.items():
            kind, since = _kind(name), took - before._threads.get((number, name), 0.0)
            seconds[kind] += since
            busiest = max(busiest, since) if kind == "decode" else busiest
        return seconds, busiest

    def _by_stage(
        self, before: Ledger, threads: Mapping[str, float], runs: tuple[float, float], used: float
    ) -> tuple[float, ...]:
        """Seconds, in the order of the stages.

        Threads that libraries have of their own are the networks': whose one is cannot be told, but the
        networks compute on all that there are, so that they are shared out by how long each ran.
        """
        converted: defaultdict[str, float] = defaultdict(float)
        for name, took in self._converted.items():
            converted[_kind(name)] += took - before._converted.get(name, 0.0)
        of_detector = threads["networks"] * runs[0] / (sum(runs) or 1.0)
        of_classifier = threads["networks"] * runs[1] / (sum(runs) or 1.0)
        classified = self._classifier.processor_seconds - before._classifier.processor_seconds
        known = (
            threads["decode"],
            sum(converted.values()),
            max(0.0, threads["detect"] - converted["detect"]) + of_detector,
            classified + of_classifier,
            max(0.0, threads["read"] - converted["read"] - classified),
            threads["loop"],
        )
        return (*known, max(0.0, used - sum(known)))


def _kind(thread: str) -> str:
    if thread == FOREIGN:
        return "networks"
    return next((kind for begin, kind in _KINDS.items() if thread.startswith(begin)), "other")
