"""The gate that work on the device goes through, closed while a CUDA graph is recorded."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Gate:
    """Any number of threads go through side by side, or one alone."""

    def __init__(self) -> None:
        self._within = 0
        self._closed = False
        self._changed = threading.Condition()

    @contextmanager
    def shared(self) -> Iterator[None]:
        """For copies and runs. Not to be nested, nor with `alone` within."""
        with self._changed:
            self._changed.wait_for(lambda: not self._closed)
            self._within += 1
        try:
            yield
        finally:
            with self._changed:
                self._within -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """For what nobody else may be at work beside; waits until all others are out."""
        with self._changed:
            self._changed.wait_for(lambda: not self._closed)
            self._closed = True
            self._changed.wait_for(lambda: not self._within)
        try:
            yield
        finally:
            with self._changed:
                self._closed = False
                self._changed.notify_all()


GATE = Gate()
"""The process's: ONNX Runtime records in CUDA's mode "global", in which any thread's allocation spoils it
(`cudaStreamCaptureModeGlobal` in its cuda_graph.cc)."""
