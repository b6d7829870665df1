"""A network that keeps count of what its runs take."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from inference.network import Network


@dataclass(slots=True)
class Spent:
    """What the runs of a network took: seconds of the clock, and of the processor on the threads that called.

    Threads that a session has of its own are not in it; where several call side by side, a run may be missed.
    """

    runs: int = 0
    seconds: float = 0.0
    processor_seconds: float = 0.0


class Metered:
    """Implements `Network` before the one it was given. Two clocks a run cost a microsecond."""

    def __init__(self, network: Network, spent: Spent) -> None:
        self._network = network
        self._spent = spent

    @property
    def on_gpu(self) -> bool:
        return self._network.on_gpu

    def run(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        spent = self._spent
        began, worked = time.perf_counter(), time.thread_time()
        try:
            return self._network.run(batch, outputs)
        finally:
            spent.runs += 1
            spent.seconds += time.perf_counter() - began
            spent.processor_seconds += time.thread_time() - worked
