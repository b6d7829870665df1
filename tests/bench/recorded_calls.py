"""The calls of the models that a run makes, remembered so that a bare loop can make the same."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import av

from inference.sessions import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


class RecordedCalls:
    """While entered, remembers every `Session.run`, and an input of each shape to make it with again."""

    def __init__(self) -> None:
        self._calls: list[tuple[Session, tuple[int, ...], tuple[str, ...]]] = []
        self._inputs: dict[tuple[int, ...], NDArray[Any]] = {}
        self._run: Callable[..., list[NDArray[np.float32]]] = Session.run

    def __enter__(self) -> RecordedCalls:
        run, calls, inputs = self._run, self._calls, self._inputs

        def recorded(
            session: Session, batch: NDArray[Any], outputs: tuple[str, ...]
        ) -> list[NDArray[np.float32]]:
            calls.append((session, batch.shape, outputs))
            if batch.shape not in inputs:
                inputs[batch.shape] = batch.copy()
            return run(session, batch, outputs)

        Session.run = recorded  # type: ignore[method-assign, assignment]
        return self

    def __exit__(self, *_: object) -> None:
        Session.run = self._run  # type: ignore[method-assign]

    def replay(self, threads: int) -> None:
        """Makes the same calls with nothing between them, on so many threads side by side."""
        calls = iter(self._calls)
        lock = threading.Lock()
        workers = [threading.Thread(target=self._make, args=(calls, lock)) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def _make(
        self, calls: Iterator[tuple[Session, tuple[int, ...], tuple[str, ...]]], lock: threading.Lock
    ) -> None:
        while True:
            with lock:
                call = next(calls, None)
            if call is None:
                return
            session, shape, outputs = call
            session.run(self._inputs[shape], outputs)


def decode(file: Path, threads: int = 1) -> int:
    """Decodes a file, by default on one thread, which costs least; the number of its frames. 0 is as many as
    FFmpeg takes, which is soonest done."""
    with av.open(str(file)) as container:
        container.streams.video[0].codec_context.thread_count = threads
        return sum(1 for _ in container.decode(video=0))
