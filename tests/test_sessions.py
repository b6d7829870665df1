"""Opening models in ONNX Runtime."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from onnx import TensorProto, helper

from inference import sessions
from inference.device.gate import Gate
from inference.sessions import InferenceError, Session, classifier_threads, detector_threads, open_session
from models import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray


class NodeArg(NamedTuple):
    """An input as ONNX Runtime describes it."""

    name: str
    shape: list[str]


def test_a_shipped_model_runs_on_the_cpu() -> None:
    emotion = shipped("emotion")
    session = open_session(emotion.path, "cpu", 1)
    logits, *_ = session.run(np.zeros((3, 1, 48, 48), np.float32), emotion.outputs)
    assert logits.shape == (3, 8)
    assert (session.provider, session.on_gpu) == ("cpu", False)
    assert [port.name for port in session.inputs] == [emotion.input.name]


def test_auto_falls_back_to_the_cpu_without_a_word(capfd: pytest.CaptureFixture[str]) -> None:
    session = open_session(shipped("emotion").path, "auto", 1)
    if session.provider != "cpu":
        pytest.skip("this machine has a GPU that ONNX Runtime can use")
    assert "".join(capfd.readouterr()) == ""


def test_a_provider_that_does_not_load_after_all_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    if open_session(shipped("emotion").path, "auto", 1).provider != "cpu":
        pytest.skip("this machine has a GPU that ONNX Runtime can use")
    monkeypatch.setattr(sessions, "obstacle", lambda _: None)
    assert open_session(shipped("emotion").path, "auto", 1).provider == "cpu"
    with pytest.raises(InferenceError, match="inference provider cuda cannot be used"):
        open_session(shipped("emotion").path, "cuda", 1)
    assert "".join(capfd.readouterr()) == ""


def test_a_provider_asked_for_by_name_that_is_missing_is_named_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sessions, "obstacle", lambda _: "There is no NVIDIA driver on this machine.")
    with pytest.raises(InferenceError, match=r"cuda cannot be used\. There is no NVIDIA driver .* auto"):
        open_session(shipped("emotion").path, "cuda", 1)


def test_a_file_that_is_no_model_is_refused_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(b"this is no model")
    with pytest.raises(InferenceError, match=r"broken\.onnx cannot be opened on cpu"):
        open_session(path, "cpu", 1)


def test_what_the_runtime_says_of_a_model_is_told_on_one_plain_line(tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    graph = helper.make_graph(
        [helper.make_node("Strange\x1b[31m\nthing", ["x"], ["y"])],
        "made up",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    with pytest.raises(InferenceError, match=r"Strange\?\[31m thing") as told:
        open_session(path, "cpu", 1)
    assert str(told.value).isprintable()


@pytest.mark.parametrize(
    ("available", "threads"), [(1, (1, 1)), (2, (1, 1)), (3, (1, 1)), (4, (2, 1)), (8, (4, 2)), (64, (8, 4))]
)
def test_cores_are_shared_between_the_models(available: int, threads: tuple[int, int]) -> None:
    assert (detector_threads(available), classifier_threads(available)) == threads


def test_on_a_gpu_runs_go_one_at_a_time_and_through_the_gate() -> None:
    within, entered = 0, 0

    class Counting(Gate):
        @contextmanager
        def shared(self) -> Iterator[None]:
            nonlocal within, entered
            with super().shared():
                within, entered = within + 1, entered + 1
                yield
                within -= 1

    class Runtime:
        def get_inputs(self) -> list[NodeArg]:
            return [NodeArg("x", ["n"])]

        def run(self, outputs: object, given: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:  # noqa: ARG002 - ONNX Runtime's
            seen.append(within)
            time.sleep(0.001)
            return [given["x"]]

    seen: list[int] = []
    session = Session(Runtime(), "cuda", Counting())
    with ThreadPoolExecutor(3) as threads:
        for _ in threads.map(lambda _: session.run(np.ones(2, np.float32), ("y",)), range(9)):
            pass
    assert (seen, entered) == ([1] * 9, 9)


def test_the_messages_are_imported_without_the_runtime() -> None:
    code = "import sys, inference; print({'onnxruntime', 'asyncio', 'cv2'} & set(sys.modules))"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=20
    )
    assert answer.stdout.strip() == "set()"
