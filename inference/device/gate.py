"""The gate that work on the device goes through, closed while a CUDA graph is recorded."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Gate:
    """Any number of threads go through side by side, or one alone. An engine has one for all of its networks.

    ONNX Runtime records in CUDA's mode "global", in which what any thread allocates, copies or waits for
    spoils the recording (`cudaStreamCaptureModeGlobal` in its cuda_graph.cc).
    """

    def __init__(self, *, records: bool = True) -> None:
        """With `records` graphs may be recorded: nothing else in the process is at work on the device."""
        self.records = records
        self._within = 0
        self._closed = False
        self._changed = threading.Condition()
        self._lasting = threading.Lock()

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
    def opening(self) -> Iterator[None]:
        """For what takes seconds, and around `alone`: one at a time, beside copies and runs."""
        with self._lasting:
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """For recording a graph, while it is the one within `opening`; waits until all others are out."""
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: not self._within)
        try:
            yield
        finally:
            with self._changed:
                self._closed = False
                self._changed.notify_all()
