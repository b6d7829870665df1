"""Bindings: a session's inputs and outputs on its device, some for each shape, used again and again."""

from __future__ import annotations

import logging
import math
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import onnxruntime

from inference.device.buffers import Buffers, Sets
from inference.sessions import FAILURES
from inference.wording import one_line

if TYPE_CHECKING:
    from typing import Any, TypeAlias

    import numpy as np
    from numpy.typing import NDArray

    from inference.device.gate import Gate

    Key: TypeAlias = "tuple[tuple[int, ...], tuple[str, ...]]"

_SETS = 2
"""Of each shape: while the device works on one, the other is filled, so that copies hide behind compute."""
_MOST = 32
"""Shapes that are given sets; a detector has 12 of usual pictures, a classifier 6. None gives its place to
another, since a session keeps what it recorded."""
_UNRECORDED = "-1"

_log = logging.getLogger(__name__)


class Bindings:
    """What of a session stays where it is from run to run. May be used from several threads.

    With `graphs` each set is recorded as a CUDA graph once it is made, and replayed from then on. That wants
    fixed shapes and addresses, a `gpu_graph_id` for each, every node on CUDA (https://onnxruntime.ai/docs/
    execution-providers/CUDA-ExecutionProvider.html#using-cuda-graphs-preview), and one thread for all runs:
    graphs belong to the thread that recorded them (ONNX Runtime's pull request 9978).
    """

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        device: str,
        gate: Gate,
        *,
        graphs: bool,
        largest: float = math.inf,
    ) -> None:
        """`device` is where the buffers lie, in ONNX Runtime's words: `cuda` or `cpu`. What is of more than
        `largest` numbers an input is run plainly.
        """
        self._session = session
        self._device = device
        self._gate = gate
        self._largest = largest
        self._graphs = graphs
        self._input: str = session.get_inputs()[0].name
        self._shapes: dict[Key, Sets | None] = {}
        self._full = False
        self._changing = threading.Lock()
        self._running = ThreadPoolExecutor(1, "device")

    def run(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        """The outputs of these names for one batch, copied to the device and back."""
        key = batch.shape, outputs
        sets = self._sets(key, batch)
        if sets is not None:
            try:
                with sets.one() as buffers:
                    return self._run_on(buffers, batch)
            except FAILURES as error:
                self._give_up(key, error)
        return self._running.submit(self._run_plainly, batch, outputs).result()

    def _run_on(self, buffers: Buffers, batch: NDArray[Any]) -> list[NDArray[np.float32]]:
        with self._gate.shared():
            buffers.given.update_inplace(batch)
        self._running.submit(self._run_bound, buffers).result()
        with self._gate.shared():
            answers = [value.numpy() for value in buffers.answers]
        # Of the CPU's own memory that is no copy, and the next run writes there.
        return [answer.copy() for answer in answers] if self._device == "cpu" else answers

    def _run_plainly(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        with self._gate.shared():
            answers: list[NDArray[np.float32]] = self._session.run(
                outputs, {self._input: batch}, _options(_UNRECORDED)
            )
        return answers

    def _run_bound(self, buffers: Buffers) -> None:
        with self._gate.shared():
            self._session.run_with_iobinding(buffers.binding, buffers.options)

    def _sets(self, key: Key, batch: NDArray[Any]) -> Sets | None:
        """Those of the batch's shape; `None` where there are too many shapes or it cannot be given any."""
        if math.prod(batch.shape[1:]) > self._largest:
            return None
        if key in self._shapes:  # which another one, being recorded, is not to hold up
            return self._shapes[key]
        with self._changing:
            if key not in self._shapes and len(self._shapes) < _MOST:
                self._shapes[key] = self._made(key, batch)
            elif key not in self._shapes and not self._full:
                self._full = True
                _log.warning("Batches of other than the first %d shapes are run plainly.", _MOST)
            return self._shapes.get(key)

    def _made(self, key: Key, batch: NDArray[Any]) -> Sets | None:
        """Sets for a shape, recorded where that can be."""
        first = len(self._shapes) * _SETS
        try:
            made = [self._running.submit(self._buffers, batch, key[1]).result() for _ in range(_SETS)]
        except FAILURES as error:
            self._tell(key, error)
            return None
        if not self._graphs:
            return Sets(made)
        recorded = [one._replace(options=_options(str(first + place))) for place, one in enumerate(made)]
        try:
            for one in recorded:
                with self._gate.opening():  # not on the thread of the runs, which go on meanwhile
                    self._running.submit(self._record, one).result()
        except FAILURES as error:
            _log.warning("Runs of the shape %s take longer, not recorded: %s", _shown(key), one_line(error))
            return Sets(made)
        return Sets(recorded)

    def _record(self, buffers: Buffers) -> None:
        with self._gate.alone():
            self._session.run_with_iobinding(buffers.binding, buffers.options)

    def _give_up(self, key: Key, error: Exception) -> None:
        """Runs a shape plainly from now on."""
        with self._changing:
            if self._shapes[key] is not None:  # no other thread has come first
                self._tell(key, error)
            self._shapes[key] = None

    def _tell(self, key: Key, error: Exception) -> None:
        _log.warning(
            "Batches of the shape %s are run plainly on %s, since they cannot be in buffers of their own: %s",
            _shown(key),
            self._device,
            one_line(error),
        )

    def _buffers(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> Buffers:
        with self._gate.shared():
            # On the CPU it would be the caller's own array.
            given = onnxruntime.OrtValue.ortvalue_from_numpy(batch.copy(), self._device, 0)
            binding = self._session.io_binding()
            binding.bind_ortvalue_input(self._input, given)
            for name in outputs:
                binding.bind_output(name, self._device, 0)
            # The first run says how large the outputs are. What it was given for them is of its session, in
            # whose memory a recorded run writes again where it once did, whatever lies there by then.
            plain = _options(_UNRECORDED)
            self._session.run_with_iobinding(binding, plain)
            answers = [self._room(value) for value in binding.get_outputs()]
            binding.clear_binding_outputs()
            for name, value in zip(outputs, answers, strict=True):
                binding.bind_ortvalue_output(name, value)
        return Buffers(given, binding, answers, plain)

    def _room(self, value: onnxruntime.OrtValue) -> onnxruntime.OrtValue:
        """For such a value, of no session's memory."""
        return onnxruntime.OrtValue.ortvalue_from_shape_and_type(
            value.shape(), value.element_type(), self._device, 0
        )


def _shown(key: Key) -> str:
    return "x".join(map(str, key[0]))


def _options(graph: str) -> onnxruntime.RunOptions:
    """Of a run that is recorded as, or replayed from, the graph of this number; -1 is neither."""
    options = onnxruntime.RunOptions()
    options.add_run_config_entry("gpu_graph_id", graph)
    return options
