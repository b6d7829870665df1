"""Buffers that stay on the device, here the CPU."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper

from inference.device import bindings
from inference.device.bindings import Bindings
from inference.device.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from numpy.typing import NDArray


@pytest.fixture(scope="module")
def doubling() -> onnxruntime.InferenceSession:
    """A network that doubles."""
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "x"], ["y"])],
        "doubling",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ("n", "m"))],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ("n", "m"))],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def batch(value: float, *shape: int) -> NDArray[np.float32]:
    return np.full(shape, value, np.float32)


def test_answers_are_of_each_batch_and_stay_when_the_next_is_run(
    doubling: onnxruntime.InferenceSession,
) -> None:
    bound = Bindings(doubling, "cpu", Gate(), graphs=True)
    answers = [bound.run(batch(value, 2, 3), ("y",))[0] for value in range(5)]
    assert [answer.mean() for answer in answers] == [0, 2, 4, 6, 8]


def test_buffers_are_made_once_for_a_shape_and_not_of_the_callers_own_array(
    doubling: onnxruntime.InferenceSession,
) -> None:
    bound = Bindings(doubling, "cpu", Gate(), graphs=False)
    first = batch(1, 2, 3)
    bound.run(first, ("y",))
    bound.run(batch(5, 2, 3), ("y",))
    bound.run(batch(5, 4, 3), ("y",))
    assert first.max() == 1
    assert [shape for shape, _ in bound._shapes] == [(2, 3), (4, 3)]  # noqa: SLF001 - what is kept


def test_answers_lie_in_memory_of_their_own_and_not_in_the_sessions(
    doubling: onnxruntime.InferenceSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms, make = [], onnxruntime.OrtValue.ortvalue_from_shape_and_type

    def noted(*given: Any) -> onnxruntime.OrtValue:
        rooms.append(make(*given))
        return rooms[-1]

    monkeypatch.setattr(onnxruntime.OrtValue, "ortvalue_from_shape_and_type", noted)
    bound = Bindings(doubling, "cpu", Gate(), graphs=True)
    assert bound.run(batch(3, 2, 3), ("y",))[0].tolist() == [[6] * 3] * 2
    (sets,) = bound._shapes.values()  # noqa: SLF001 - what is kept
    assert sets is not None
    answers = [answer for buffers in sets._free for answer in buffers.answers]  # noqa: SLF001
    assert len({answer.data_ptr() for answer in answers}) == 2
    assert {id(answer) for answer in answers} == {id(room) for room in rooms}


class NotedGate(Gate):
    """Notes who goes through, and who is within."""

    def __init__(self) -> None:
        super().__init__()
        self.entered: list[str] = []
        self.within: list[str] = []

    @contextmanager
    def shared(self) -> Iterator[None]:
        with super().shared(), self._noted("shared"):
            yield

    @contextmanager
    def opening(self) -> Iterator[None]:
        with super().opening(), self._noted("opening"):
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        with super().alone(), self._noted("alone"):
            yield

    @contextmanager
    def _noted(self, name: str) -> Iterator[None]:
        self.entered.append(name)
        self.within.append(name)
        try:
            yield
        finally:
            self.within.remove(name)


class Device:
    """A session that notes its runs: the graph's number, and who was within the gate."""

    def __init__(self, session: onnxruntime.InferenceSession, gate: NotedGate) -> None:
        self._session = session
        self._gate = gate
        self.runs: list[tuple[str, list[str]]] = []
        self.get_inputs, self.io_binding = session.get_inputs, session.io_binding

    def _note(self, options: onnxruntime.RunOptions) -> None:
        self.runs.append((options.get_run_config_entry("gpu_graph_id"), [*self._gate.within]))

    def run_with_iobinding(self, binding: onnxruntime.IOBinding, options: onnxruntime.RunOptions) -> None:
        self._note(options)
        self._session.run_with_iobinding(binding, options)

    def run(self, outputs: Any, given: Any, options: onnxruntime.RunOptions) -> Any:
        self._note(options)
        return self._session.run(outputs, given, options)


def test_each_set_is_recorded_alone_under_a_number_of_its_own_and_all_else_goes_side_by_side(
    doubling: onnxruntime.InferenceSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bindings, "_MOST", 2)
    gate = NotedGate()
    device = Device(doubling, gate)
    bound = Bindings(device, "cpu", gate, graphs=True)
    plain, alone = ("-1", ["shared"]), ["opening", "alone"]
    bound.run(batch(1, 1, 2), ("y",))
    assert device.runs == [plain, plain, ("0", alone), ("1", alone), ("0", ["shared"])]
    assert gate.entered[-3:] == ["shared"] * 3  # up, the run, and down
    for width in (3, 2, 2, 3, 4):
        bound.run(batch(1, 1, width), ("y",))
    assert device.runs[5:10] == [plain, plain, ("2", alone), ("3", alone), ("2", ["shared"])]
    assert device.runs[10:] == [(number, ["shared"]) for number in ("1", "0", "3", "-1")]


def test_without_graphs_nothing_is_recorded_and_nobody_is_kept_out(
    doubling: onnxruntime.InferenceSession,
) -> None:
    gate = NotedGate()
    device = Device(doubling, gate)
    bound = Bindings(device, "cpu", gate, graphs=False)
    bound.run(batch(1, 1, 2), ("y",))
    assert device.runs == [("-1", ["shared"])] * 3
    assert set(gate.entered) == {"shared"}


def test_a_set_that_cannot_be_recorded_serves_unrecorded(
    doubling: onnxruntime.InferenceSession, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(_: object) -> None:
        raise RuntimeError("CUDA failure 906: operation not permitted during capture")

    gate = NotedGate()
    device = Device(doubling, gate)
    bound = Bindings(device, "cpu", gate, graphs=True)
    monkeypatch.setattr(bound, "_record", refused)
    assert bound.run(batch(1, 1, 2), ("y",))[0].tolist() == [[2, 2]]
    assert device.runs == [("-1", ["shared"])] * 3
    assert [record.message for record in caplog.records] == [
        "Runs of the shape 1x2 take longer, not recorded: "
        "CUDA failure 906: operation not permitted during capture"
    ]


def test_beyond_so_many_shapes_batches_are_run_plainly(
    doubling: onnxruntime.InferenceSession, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(bindings, "_MOST", 2)
    bound = Bindings(doubling, "cpu", Gate(), graphs=True)
    sums = [float(bound.run(batch(1, 1, width), ("y",))[0].sum()) for width in (1, 2, 3, 4, 3)]
    assert sums == [2, 4, 6, 8, 6]
    assert len(bound._shapes) == 2  # noqa: SLF001 - what is kept
    assert [record.message for record in caplog.records] == [
        "Batches of other than the first 2 shapes are run plainly."
    ]


def test_large_inputs_are_run_plainly_and_take_no_places(doubling: onnxruntime.InferenceSession) -> None:
    bound = Bindings(doubling, "cpu", Gate(), graphs=True, largest=3)
    assert [float(bound.run(batch(1, 2, width), ("y",))[0].sum()) for width in (4, 3)] == [16, 12]
    assert [shape for shape, _ in bound._shapes] == [(2, 3)]  # noqa: SLF001 - what is kept


def test_a_shape_that_is_given_no_buffers_is_said_once_and_run_plainly(
    doubling: onnxruntime.InferenceSession, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(*_: object) -> None:
        raise RuntimeError("CUDA failure 2: out of memory")

    bound = Bindings(doubling, "cpu", Gate(), graphs=True)
    monkeypatch.setattr(bound, "_buffers", refused)
    assert [float(bound.run(batch(1, 1, 4), ("y",))[0].sum()) for _ in range(3)] == [8, 8, 8]
    assert [record.message for record in caplog.records] == [
        "Batches of the shape 1x4 are run plainly on cpu, since they cannot be in buffers of their own: "
        "CUDA failure 2: out of memory"
    ]


def test_a_run_that_fails_is_run_again_plainly_and_so_are_all_of_its_shape_which_is_said_once(
    doubling: onnxruntime.InferenceSession, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(*_: object) -> None:
        raise RuntimeError("CUDA failure 2: out of memory")

    bound = Bindings(doubling, "cpu", Gate(), graphs=True)
    bound.run(batch(1, 1, 4), ("y",))
    bound.run(batch(1, 1, 3), ("y",))
    monkeypatch.setattr(bound, "_run_bound", refused)
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(bound.run, [batch(2, 1, 4)] * 2, [("y",)] * 2))
    assert [float(answers[0].sum()) for answers in found] == [16, 16]
    monkeypatch.undo()
    assert float(bound.run(batch(1, 1, 4), ("y",))[0].sum()) == 8
    assert [record.message for record in caplog.records] == [
        "Batches of the shape 1x4 are run plainly on cpu, since they cannot be in buffers of their own: "
        "CUDA failure 2: out of memory"
    ]
    assert [sets is None for sets in bound._shapes.values()] == [True, False]  # noqa: SLF001 - what is kept


def test_threads_side_by_side_are_each_given_their_own_answers(
    doubling: onnxruntime.InferenceSession,
) -> None:
    bound = Bindings(doubling, "cpu", Gate(), graphs=True)
    start = threading.Barrier(4)

    def run(number: int) -> list[float]:
        start.wait(10)
        return [float(bound.run(batch(number * 100 + turn, 1, 8), ("y",))[0].max()) for turn in range(50)]

    with ThreadPoolExecutor(4) as threads:
        for number, found in enumerate(threads.map(run, range(4))):
            assert found == [2 * (number * 100 + turn) for turn in range(50)]


def test_all_runs_are_on_one_thread_as_cuda_graphs_want_it(
    doubling: onnxruntime.InferenceSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = set()
    run = doubling.run_with_iobinding

    def noted(*given: object) -> None:
        seen.add(threading.get_ident())
        run(*given)

    monkeypatch.setattr(doubling, "run_with_iobinding", noted)
    bound = Bindings(doubling, "cpu", Gate(), graphs=True)
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda value: bound.run(batch(value, 1, 2), ("y",)), range(9)))
    assert len(seen) == 1
