"""ONNX Runtime sessions: a model file opened on the best provider that really loads."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as failures

from inference.freeing import FixedError, freed
from inference.providers import NAMES, candidates, obstacle, stack
from inference.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

    from inference.device.bindings import Bindings
    from inference.device.form import Form
    from inference.device.gate import Gate
    from inference.options import Setting
    from inference.providers import Provider
    from models.fit import Port

_FATAL_ONLY, _ERRORS = 4, 3
FAILURES = (
    failures.EPFail,
    failures.Fail,
    failures.InvalidArgument,
    failures.InvalidGraph,
    failures.InvalidProtobuf,
    failures.NoSuchFile,
    failures.NotImplemented,
    failures.RuntimeException,
    RuntimeError,
    ValueError,
)
"""What ONNX Runtime raises; its errors have no base class in common."""


class InferenceError(Exception):
    """Inference cannot be set up as asked; the message is a sentence that says why and what would do."""


class Session:
    """One model on one provider. May be called from several threads; on a GPU they take turns."""

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        provider: Provider,
        gate: Gate | None = None,
        bindings: Bindings | None = None,
        form: Form | None = None,
    ) -> None:
        """On a GPU without `bindings` runs go through the `gate`. With them, input and outputs stay on the
        device from run to run; `form` is that of the network where it was rewritten."""
        self.form = form
        self._session = session
        self._bindings = bindings
        wanted = session.get_inputs()[0]
        self._input: str = wanted.name
        self._one_by_one = bool(wanted.shape) and wanted.shape[0] == 1
        self.provider = provider
        self._turn: AbstractContextManager[object] = nullcontext() if provider == "cpu" else threading.Lock()
        self._gate: Callable[[], AbstractContextManager[object]] = gate.shared if gate else nullcontext

    @property
    def on_gpu(self) -> bool:
        return self.provider != "cpu"

    @property
    def inputs(self) -> Sequence[Port]:
        """The model's inputs as its file declares them."""
        inputs: Sequence[Port] = self._session.get_inputs()
        return inputs

    @property
    def outputs(self) -> Sequence[Port]:
        """The model's outputs as its file declares them."""
        outputs: Sequence[Port] = self._session.get_outputs()
        return outputs

    def run(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        """The outputs of these names for one batch; a model made for one picture runs for each."""
        if self._one_by_one and len(batch) > 1:
            answers = [self._run(batch[index : index + 1], outputs) for index in range(len(batch))]
            return [np.concatenate(parts) for parts in zip(*answers, strict=True)]
        return self._run(batch, outputs)

    def _run(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        if self._bindings is not None:
            return self._bindings.run(batch, outputs)
        with self._turn, self._gate():
            answer: list[NDArray[np.float32]] = self._session.run(outputs, {self._input: batch})
        return answer


def open_session(
    path: Path, setting: Setting, threads: int, gate: Gate | None = None, *, free_sizes: bool = False
) -> Session:
    """The model at `path` on the first provider of `setting` that loads; `threads` count on the CPU only.
    On a GPU its runs go through the `gate`.

    With `free_sizes`, the file declares a fixed batch, width and height, and takes any all the same.

    Raises `InferenceError` where it is no model, or a provider that was asked for by name cannot be used.
    """
    model = _freed(path) if free_sizes else path
    reason = ""
    for provider in candidates(setting):
        reason = obstacle(provider) or ""
        if reason:
            continue
        try:
            session = opened(model, provider, threads)
        except FAILURES as error:
            reason = f"The model {path} cannot be opened on {provider}: {one_line(error)}"
            if provider == "cpu":
                raise InferenceError(reason) from error
            continue
        if session.get_providers()[0] == NAMES[provider]:
            return Session(session, provider, None if provider == "cpu" else gate)
        reason = (
            f"ONNX Runtime {onnxruntime.__version__} could not load it; are CUDA and cuDNN of its version?"
        )
    raise InferenceError(
        f"The inference provider {setting} cannot be used. {reason} "
        "With the provider auto, what the machine has is used."
    )


def detector_threads(available: int) -> int:
    """How many of the cores the detector's session computes on.

    One, while there are three or fewer: detector, classifier and decoders are called from threads of their
    own, and are faster side by side than taking turns on all cores. Beyond eight, little is gained.
    """
    return 1 if available < 4 else min(8, available // 2)


def classifier_threads(available: int) -> int:
    """How many of the cores the classifier's session computes on: half of what the detector has."""
    return max(1, detector_threads(available) // 2)


def _freed(path: Path) -> bytes:
    try:
        return freed(path)
    except FixedError as error:
        raise InferenceError(
            f"The sizes that the model {path} declares cannot be freed: it {error}. Without "
            '"freeSizes" in its manifest it is run as it is.'
        ) from error


def opened(
    model: Path | bytes, provider: Provider, threads: int, own: Mapping[str, str] = MappingProxyType({})
) -> onnxruntime.InferenceSession:
    """ONNX Runtime's session on a provider with options of its `own`; one of `FAILURES` where it has none.

    A provider that does not load is left out by ONNX Runtime, and told by that alone.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _ERRORS
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Waiting threads that spin take the cores from the decoders.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # A provider that does not load is told from the session; what the library would print looks like a crash.
    onnxruntime.set_default_logger_severity(_FATAL_ONLY if provider != "cpu" else _ERRORS)
    try:
        return onnxruntime.InferenceSession(
            model, sess_options=options, providers=stack(provider, own), enable_fallback=0
        )
    finally:
        onnxruntime.set_default_logger_severity(_ERRORS)
