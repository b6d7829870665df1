"""Models in their fastest form, tried against the CPU before they may serve."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
import pytest

from inference import loading
from inference.device import accelerated as module
from inference.device.accelerated import accelerated, check, opened
from inference.device.form import Form, forms
from inference.device.gate import Gate
from inference.device.shrinking import Geometry
from inference.loading import load
from inference.sessions import Session, open_session
from models import shipped

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

    from inference.options import Setting


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize(("task", "sides"), [("face", (128, 96)), ("emotion", (48, 48))])
def test_a_shipped_model_in_its_fastest_form_answers_as_it_does_plainly(
    task: str, sides: tuple[int, int], half: bool
) -> None:
    model = shipped(task)  # type: ignore[arg-type]  # a plain string, of the parameters
    session = opened(model, "cpu", Form(half, graphs=True), Gate())
    assert session.inputs[0].type == "tensor(uint8)"
    check(model, session, sides, 0.02 if half else 0.001)


class Wrong(Session):
    """Answers as its session does at first, and then by so much otherwise."""

    wrong: float
    runs = 0

    def run(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        first, *rest = super().run(batch, outputs)
        self.runs += 1
        return [first + np.float32(self.wrong) if self.runs == 2 else first, *rest]


@pytest.mark.parametrize("wrong", [0.5, np.nan])
def test_a_form_that_answers_otherwise_is_refused_with_the_figures(wrong: float) -> None:
    emotion = shipped("emotion")
    session = opened(emotion, "cpu", Form(half=False, graphs=False), Gate())
    session.__class__ = Wrong
    session.wrong = wrong  # type: ignore[attr-defined]  # of the class that it has now
    with pytest.raises(ValueError, match=r"its output logits is (0\.5|nan) from the CPU's, more than 0\.0"):
        check(emotion, session, (48, 48), 0.005)


class Asked(Exception):  # noqa: N818 - it says what was asked for, and stops there
    """What ONNX Runtime was asked for."""


@pytest.mark.parametrize(
    ("form", "graphs", "tf32"),
    [
        (Form(half=True, graphs=True), "1", "1"),
        (Form(half=True, graphs=False), "0", "1"),
        (Form(half=False, graphs=True), "1", "0"),
        (Form(half=False, graphs=False), "0", "0"),
    ],
)
def test_cuda_is_asked_for_what_the_form_says(
    form: Form, graphs: str, tf32: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(model: bytes, *, providers: list[tuple[str, dict[str, str]]], **_: object) -> None:
        assert gate._lasting.locked()  # noqa: SLF001 - as nothing is recorded meanwhile
        raise Asked(len(model), providers)

    gate = Gate()
    monkeypatch.setattr(onnxruntime, "InferenceSession", ask)
    with pytest.raises(Asked) as asked:
        opened(shipped("emotion"), "cuda", form, gate)
    size, ((name, options), *_) = asked.value.args
    assert name == "CUDAExecutionProvider"
    assert (options["enable_cuda_graph"], options["use_tf32"]) == (graphs, tf32)
    assert (size < shipped("emotion").path.stat().st_size * 0.6) == form.half


def test_pictures_larger_than_usual_are_given_no_buffers_and_frames_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_LARGEST", 3 * 64 * 64)
    face, form = shipped("face"), Form(half=False, graphs=False)
    pictures = opened(face, "cpu", form, Gate())
    for side in (64, 96):
        pictures.run(np.zeros((1, side, side, 3), np.uint8), face.outputs)
    colours = (1.0, 0.0, 0.0, 0.0) * 3
    frames = opened(face, "cpu", form, Gate(), Geometry(192, 96, 64, 32, (64, 64), colours))
    frames.run(np.zeros((1, 144, 192), np.uint8), face.outputs)
    for session, shape in ((pictures, (1, 64, 64, 3)), (frames, (1, 144, 192))):
        assert session._bindings is not None  # noqa: SLF001 - what is kept, here and below
        assert [each for each, _ in session._bindings._shapes] == [shape]  # noqa: SLF001


def test_without_a_gpu_there_is_no_form_and_no_word_about_it(caplog: pytest.LogCaptureFixture) -> None:
    assert accelerated(shipped("emotion"), "cpu", "auto", (48, 48), Gate()) is None
    assert caplog.records == []


def test_forms_that_do_not_open_are_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(manifest: object, provider: str, form: Form, _: Gate) -> Session:  # noqa: ARG001 - of that name
        raise RuntimeError(f"no {provider}\nat line 3")

    monkeypatch.setattr(module, "obstacle", lambda _: None)
    monkeypatch.setattr(module, "opened", refused)
    assert accelerated(shipped("emotion"), "cuda", "fp16", (48, 48), Gate()) is None
    assert accelerated(shipped("emotion"), "cuda", "fp16", (48, 48), Gate(records=False)) is None
    assert [record.message for record in caplog.records] == [
        "The model semblance-emotion cannot be run on cuda in fp16 with CUDA graphs (no cuda at line 3), "
        "nor in fp16 (no cuda at line 3); it is run as its file is.",
        "The model semblance-emotion cannot be run on cuda in fp16 (no cuda at line 3); "
        "it is run as its file is.",
    ]


@pytest.mark.parametrize("answer", [np.nan, None])
def test_auto_takes_the_cpu_where_no_form_answers_as_it_does(
    answer: float | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def run(session: Session, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        if session.form is None:
            return plainly(session, batch, outputs)
        if answer is None:
            raise RuntimeError("CUDA error cudaErrorNoKernelImageForDevice:209")
        return [found * np.float32(answer) for found in plainly(session, batch, outputs)]

    plainly = Session.run
    monkeypatch.setattr(Session, "run", run)
    monkeypatch.setattr(module, "obstacle", lambda _: None)
    monkeypatch.setattr(module, "opened", lambda manifest, _, *form: opened(manifest, "cpu", *form))
    asked = []

    def opened_plainly(path: Path, setting: Setting, *given: Any, **named: Any) -> Session:
        asked.append(setting)
        return open_session(path, "cpu", *given, **named)

    monkeypatch.setattr(loading, "open_session", opened_plainly)
    session = load(shipped("emotion"), "auto", 1)
    assert (asked, session.provider, session.form) == (["cpu"], "cpu", None)
    (record,) = caplog.records
    assert record.message.startswith(
        "The model semblance-emotion cannot be run on cuda in fp16 with CUDA graphs ("
    )
    assert record.message.count(", nor in fp") == 3
    assert record.message.endswith("); it is run on the CPU.")


def test_a_form_that_differs_is_refused_and_gone_before_the_next_is_opened(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before: list[weakref.ref[Session]] = []

    def wrong_at_first(manifest: Any, _: str, form: Form, gate: Gate) -> Session:
        session = opened(manifest, "cpu", form, gate)
        assert [each() for each in before] == [None] * len(before)
        if form.half or form.graphs:
            before.append(weakref.ref(session))
            session.__class__ = Wrong
            session.wrong = 0.1  # type: ignore[attr-defined]  # of the class that it has now
        return session

    monkeypatch.setattr(module, "obstacle", lambda _: None)
    monkeypatch.setattr(module, "opened", wrong_at_first)
    session = accelerated(shipped("emotion"), "cuda", "auto", (48, 48), Gate())
    assert session is not None
    assert session.form == Form(half=False, graphs=False)
    assert len(before) == 3
    (record,) = caplog.records
    assert record.message.endswith("); it is run in fp32.")


def test_the_next_form_is_taken_where_one_does_not_do(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def without_graphs(manifest: Any, provider: str, form: Form, gate: Gate) -> Session:  # noqa: ARG001 - of that name
        if form.graphs:
            raise RuntimeError("not all nodes are on CUDA")
        return opened(manifest, "cpu", form, gate)

    monkeypatch.setattr(module, "obstacle", lambda _: None)
    monkeypatch.setattr(module, "opened", without_graphs)
    session = accelerated(shipped("emotion"), "cuda", "fp32", (48, 48), Gate())
    assert session is not None
    assert session.inputs[0].type == "tensor(uint8)"
    assert [record.message for record in caplog.records] == [
        "The model semblance-emotion cannot be run on cuda in fp32 with CUDA graphs "
        "(not all nodes are on CUDA); it is run in fp32."
    ]


def test_precision_decides_the_forms_and_tensorrt_records_nothing() -> None:
    assert forms("cuda", "fp16", graphs=True) == (Form(half=True, graphs=True), Form(half=True, graphs=False))
    assert forms("cuda", "fp32", graphs=True) == (
        Form(half=False, graphs=True),
        Form(half=False, graphs=False),
    )
    assert forms("cuda", "auto", graphs=True) == forms("cuda", "fp16", graphs=True) + forms(
        "cuda", "fp32", graphs=True
    )
    assert forms("tensorrt", "auto", graphs=True) == (Form(half=True, graphs=False),)


def test_nothing_is_recorded_where_others_of_the_process_use_the_device() -> None:
    assert forms("cuda", "auto", graphs=False) == (
        Form(half=True, graphs=False),
        Form(half=False, graphs=False),
    )
