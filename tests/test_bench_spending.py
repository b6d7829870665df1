"""Where the processor's time went, by stage."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from inference.engine import Statistics
from semblance.bench.spending import STAGES, Ledger
from semblance.bench.threads import FOREIGN, processor_seconds

if TYPE_CHECKING:
    from semblance.bench.conversions import Conversions
    from semblance.bench.spending import Spending


class Computing:
    """A thread of this name that has computed so long and is still there."""

    def __init__(self, name: str, seconds: float) -> None:
        self._done, self._may_end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(seconds,), name=name, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()
        assert self._done.wait(10)

    def __exit__(self, *_: object) -> None:
        self._may_end.set()
        self._thread.join()

    def _run(self, seconds: float) -> None:
        began = time.thread_time()
        while time.thread_time() - began < seconds:
            pass
        self._done.set()
        self._may_end.wait(10)


def spent(statistics: Statistics, conversions: Conversions, **threads: float) -> Spending:
    """What is told of threads that computed so long while the counts came to these."""
    before = Ledger(Statistics(), {})
    with ExitStack() as stack:
        for name, seconds in threads.items():
            stack.enter_context(Computing(name.replace("_of", " of"), seconds))
        return Ledger(statistics, conversions).since(before)


def test_every_thread_of_python_is_counted_under_its_name() -> None:
    with Computing("decode one", 0.02):
        seconds = {name: took for (_, name), took in processor_seconds().items() if name != FOREIGN}
    assert seconds["decode one"] >= 0.02
    assert seconds["MainThread"] > 0


def test_each_stage_gets_its_own_and_the_rest_is_what_is_left() -> None:
    statistics = Statistics()
    statistics.classifier.processor_seconds = 0.01
    spending = spent(
        statistics,
        {"detect_0": 0.02, "read_0": 0.005},
        decode_of_one=0.06,
        decode_of_two=0.02,
        detect_0=0.05,
        read_0=0.04,
        history=0.03,
    )
    stages = spending.stages
    assert tuple(stages) == STAGES
    assert stages["decode"] * 3 >= 4 * spending.decoding * 0.99  # 0.08 in all, 0.06 of it in one
    second = stages["classify"] / 0.01
    assert stages["convert"] == pytest.approx(0.025 * second)
    assert 0.03 * second <= stages["detect"] < 0.05 * second
    assert 0.025 * second <= stages["follow and crop"] < 0.04 * second
    assert stages["the rest"] >= 0.02 * second
    assert sum(stages.values()) == pytest.approx(spending.used)
    assert stages["event loop"] == spending.loop > 0


def test_threads_of_a_network_are_shared_out_by_how_long_the_networks_ran() -> None:
    statistics = Statistics(detect_seconds=0.12)
    statistics.detector.seconds, statistics.classifier.seconds = 0.09, 0.03
    spending = spent(statistics, {}, device_0=0.04)
    assert spending.stages["classify"] > 0
    assert spending.stages["detect"] == pytest.approx(3 * spending.stages["classify"])
    assert spending.running[0] == pytest.approx(spending.detecting * 3 / 4)
