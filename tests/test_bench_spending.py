"""Where the processor's time went, by stage."""

from __future__ import annotations

import threading
import time

import pytest

from inference.engine import Statistics
from semblance.bench.conversions import Conversions
from semblance.bench.spending import STAGES, Ledger
from semblance.bench.threads import FOREIGN, processor_seconds


def compute(seconds: float) -> None:
    began = time.thread_time()
    while time.thread_time() - began < seconds:
        pass


class Decoder:
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
        compute(seconds)
        self._done.set()
        self._may_end.wait(10)


def test_every_thread_of_python_is_counted_under_its_name() -> None:
    with Decoder("decode one", 0.02):
        seconds = {name: took for (_, name), took in processor_seconds().items() if name != FOREIGN}
    assert seconds["decode one"] >= 0.02
    assert seconds["MainThread"] > 0


def test_each_stage_gets_its_own_and_the_rest_is_what_is_left() -> None:
    statistics, conversions = Statistics(), Conversions()
    before = Ledger(statistics, conversions)
    with Decoder("decode one", 0.06), Decoder("decode two", 0.02):
        statistics.detector.processor_seconds += 0.03
        statistics.classifier.processor_seconds += 0.01
        conversions.bgr += 0.002
        conversions.grey += 0.003
        compute(0.1)
        spending = Ledger(statistics, conversions).since(before)
    assert tuple(spending.stages) == STAGES
    assert spending.stages["decode"] * 3 >= 4 * spending.decoding  # 0.08 in all, 0.06 of it in one
    assert spending.stages["convert"] == pytest.approx(spending.stages["detect"] / 6)
    assert spending.stages["classify"] == pytest.approx(spending.stages["detect"] / 3)
    assert sum(spending.stages.values()) == pytest.approx(spending.used)
    assert spending.loop > 0


def test_threads_of_a_network_are_shared_out_by_how_long_the_networks_ran() -> None:
    statistics, conversions = Statistics(), Conversions()
    before = Ledger(statistics, conversions)
    with Decoder("device detector", 0.04):
        statistics.detector.seconds += 0.09
        statistics.classifier.seconds += 0.03
        statistics.detect_seconds += 0.12
        spending = Ledger(statistics, conversions).since(before)
    assert spending.stages["detect"] == pytest.approx(3 * spending.stages["classify"])
    assert spending.stages["detect"] > 0
    assert spending.running[0] == pytest.approx(spending.detecting * 3 / 4)
