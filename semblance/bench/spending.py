"""What the processor's time went to between two moments, by the stages of the pipeline."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from semblance.bench.threads import FOREIGN, processor_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inference.engine import Statistics
    from inference.metered import Spent
    from semblance.bench.conversions import Conversions

STAGES = "decode", "convert", "detect", "classify", "the rest"
_DECODING, _MAIN = "decode ", "MainThread"
_DEVICE = "device"
"""The thread that a network runs on, where it has one of its own."""


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
        self._converted = conversions.seconds
        self._networks = _copied(statistics.detector), _copied(statistics.classifier)
        self._busy = statistics.detect_seconds, statistics.read_seconds

    def since(self, before: Ledger) -> Spending:
        """What was spent after `before`."""
        elapsed = self._at - before._at
        threads = {key: took - before._threads.get(key, 0.0) for key, took in self._threads.items()}
        runs, works = zip(
            *(
                (now[0] - then[0], now[1] - then[1])
                for now, then in zip(self._networks, before._networks, strict=True)
            ),
            strict=True,
        )
        decoders = [took for (_, name), took in threads.items() if name.startswith(_DECODING)]
        foreign = sum(
            took for (_, name), took in threads.items() if name == FOREIGN or name.startswith(_DEVICE)
        )
        used = self._processor - before._processor
        detect, classify = _with_foreign(works, runs, foreign)
        converted = self._converted - before._converted
        known = (sum(decoders), converted, detect, classify)
        spent = (*known, max(0.0, used - sum(known)))
        detecting, reading = (now - then for now, then in zip(self._busy, before._busy, strict=True))
        return Spending(
            {stage: seconds / elapsed for stage, seconds in zip(STAGES, spent, strict=True)},
            used / elapsed,
            detecting / elapsed,
            reading / elapsed,
            (runs[0] / elapsed, runs[1] / elapsed),
            sum(took for (_, name), took in threads.items() if name == _MAIN) / elapsed,
            max(decoders, default=0.0) / elapsed,
        )


def _copied(spent: Spent) -> tuple[float, float]:
    return spent.seconds, spent.processor_seconds


def _with_foreign(works: tuple[float, ...], runs: tuple[float, ...], foreign: float) -> tuple[float, float]:
    """Processor seconds of both networks with those of the threads that the libraries have of their own.

    Whose a thread is cannot be told; the models compute on all that there are, so that they are shared out by
    how long the networks ran.
    """
    whole = sum(runs) or 1.0
    detect, classify = (work + foreign * run / whole for work, run in zip(works, runs, strict=True))
    return detect, classify
