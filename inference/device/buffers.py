"""Buffers: sets of inputs and outputs on a device, of which each thread is given another."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    import onnxruntime


class Buffers(NamedTuple):
    """One set: what is given and what is answered, on the device, bound to the session."""

    given: onnxruntime.OrtValue
    binding: onnxruntime.IOBinding
    answers: list[onnxruntime.OrtValue]
    options: onnxruntime.RunOptions


class Sets:
    """The sets of one shape, of which each thread is given another."""

    def __init__(self, sets: list[Buffers]) -> None:
        self._free = sets
        self._room = threading.Semaphore(len(sets))

    @contextmanager
    def one(self) -> Iterator[Buffers]:
        """The one that was used longest ago; waits while there is none."""
        with self._room:
            buffers = self._free.pop(0)
            try:
                yield buffers
            finally:
                self._free.append(buffers)
