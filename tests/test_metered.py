"""What the runs of a network take is counted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from inference.metered import Metered, Spent

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Busy:
    """A network that computes for 5 ms of the processor's time, and fails for an empty batch."""

    on_gpu = True

    def run(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        began = time.thread_time()
        while time.thread_time() - began < 0.005:
            pass
        if not len(batch):
            raise ValueError("nothing to run")
        return [np.full(1, len(outputs), np.float32)]


def test_runs_are_passed_on_and_their_time_is_counted() -> None:
    spent = Spent()
    network = Metered(Busy(), spent)
    assert network.on_gpu
    assert network.run(np.zeros(2), ("a", "b"))[0].tolist() == [2]
    network.run(np.zeros(1), ("a",))
    assert spent.runs == 2
    assert 0.010 <= spent.processor_seconds < spent.seconds + 0.001


def test_a_run_that_fails_has_taken_its_time_too() -> None:
    spent = Spent()
    with pytest.raises(ValueError, match="nothing"):
        Metered(Busy(), spent).run(np.zeros(0), ("a",))
    assert spent.runs == 1
    assert spent.processor_seconds >= 0.005
