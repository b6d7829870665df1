"""A model opened on a GPU in the fastest form that answers there as the CPU does."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

from inference import sessions
from inference.device.bindings import Bindings
from inference.device.engines import tensorrt_options
from inference.device.form import forms, shown
from inference.device.rewriting import as_run, rewritten
from inference.freeing import FixedError
from inference.look import LOOKS
from inference.providers import DEVICES, NAMES, candidates, obstacle
from inference.sessions import FAILURES, Session, open_session
from inference.tensor import Tensor
from inference.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from inference.device.form import Form
    from inference.device.gate import Gate
    from inference.device.shrinking import Geometry
    from inference.options import Precision, Setting
    from inference.providers import Provider
    from models import Manifest

_HALF, _WHOLE = 0.02, 0.005
"""By how much of an output's largest magnitude any number of it may differ from the CPU's, in fp16 and fp32.

The shipped models' logits reach 10, and differ by 0.005 where weights and what passes between layers are
fp16 and sums fp32.
"""
_SEED = 20
_LARGEST = 3 * LOOKS["normal"].size ** 2
"""Numbers in an input of a usual look. Photographs are larger and of any shape, and would leave no room for
those that come again and again."""

_log = logging.getLogger(__name__)


def accelerated(
    manifest: Manifest, setting: Setting, precision: Precision, sides: tuple[int, int], gate: Gate
) -> Session | None:
    """The model on a GPU; `None` where `setting` names none, there is none, or no form of it can be used.

    Each form is tried on pictures of `sides` (width, height). What could not be used is said in one sentence.
    Where nothing could, there is the model's own file: on the CPU, unless a GPU was asked for by name.
    """
    for provider in candidates(setting):
        if provider == "cpu" or obstacle(provider) is not None:
            continue
        reasons: list[str] = []
        session = _first(manifest, provider, precision, sides, gate, reasons)
        if reasons:
            _log.warning(
                "The model %s cannot be run on %s %s; it is run %s.",
                manifest.name,
                provider,
                ", nor ".join(reasons),
                _instead(session, setting),
            )
        return session
    return None


def _instead(session: Session | None, setting: Setting) -> str:
    if session is not None and session.form is not None:
        return f"in {shown(session.form)}"
    return "on the CPU" if setting == "auto" else "as its file is"


def _first(
    manifest: Manifest,
    provider: Provider,
    precision: Precision,
    sides: tuple[int, int],
    gate: Gate,
    reasons: list[str],
) -> Session | None:
    """The first form that can be used; `reasons` are told why those before it cannot."""
    for form in forms(provider, precision, graphs=gate.records):
        try:
            return _tried(manifest, provider, form, sides, gate)
        except (*FAILURES, FixedError) as error:
            reasons.append(f"in {shown(form)} ({one_line(error)})")
    return None


def _tried(manifest: Manifest, provider: Provider, form: Form, sides: tuple[int, int], gate: Gate) -> Session:
    """The model in a form that answers as it should. A function of its own lets go of one that does not
    before the next is opened, so that they need not both have room.
    """
    session = opened(manifest, provider, form, gate)
    check(manifest, session, sides, _HALF if form.half else _WHOLE)
    return session


def opened(
    manifest: Manifest, provider: Provider, form: Form, gate: Gate, geometry: Geometry | None = None
) -> Session:
    """The model rewritten for a provider, its buffers bound. Raises one of `FAILURES`, or `FixedError`."""
    model = rewritten(manifest, half=form.half and provider != "tensorrt", geometry=geometry)
    with gate.opening():
        session = sessions.opened(model, provider, 1, _options(manifest, provider, form))
    if session.get_providers()[0] != NAMES[provider]:
        raise RuntimeError(f"ONNX Runtime {onnxruntime.__version__} could not load it")
    largest = _LARGEST if geometry is None else math.inf
    bindings = Bindings(session, DEVICES[provider], gate, graphs=form.graphs, largest=largest)
    return Session(session, provider, bindings=bindings, form=form)


def _options(manifest: Manifest, provider: Provider, form: Form) -> Mapping[str, str]:
    """TensorRT casts by itself; CUDA convolves in 19 bits (TF32) unless it is told not to."""
    if provider == "tensorrt":
        return tensorrt_options(manifest, half=form.half)
    if provider == "cuda":
        return {"enable_cuda_graph": str(int(form.graphs)), "use_tf32": str(int(form.half))}
    return {}


def check(manifest: Manifest, session: Session, sides: tuple[int, int], share: float) -> None:
    """Raises `ValueError` unless the session answers as the model does on the CPU, run after run.

    No number of an output may differ by more than this share of the largest.
    """
    plain = open_session(manifest.path, "cpu", 1, free_sizes=manifest.free_sizes)
    random = np.random.default_rng(_SEED)
    for _ in range(3):  # recorded, and then replayed from both sets of buffers
        pictures = [_blocks(random, *sides) for _ in range(2)]
        here = session.run(_tensor(as_run(manifest, session), pictures).values, manifest.outputs)
        there = plain.run(_tensor(manifest, pictures).values, manifest.outputs)
        for name, one, other in zip(manifest.outputs, here, there, strict=True):
            _compare(name, one, other, share)


def _tensor(manifest: Manifest, pictures: Sequence[NDArray[np.uint8]]) -> Tensor:
    height, width = pictures[0].shape[:2]
    tensor = Tensor(manifest.input, len(pictures), width, height)
    for place, picture in enumerate(pictures):
        tensor.put(place, picture)
    return tensor


def _blocks(random: np.random.Generator, width: int, height: int) -> NDArray[np.uint8]:
    """A picture of coloured blocks: of finer noise networks see little."""
    coarse = random.integers(0, 256, (height // 8 + 1, width // 8 + 1, 3), np.uint8)
    return np.ascontiguousarray(coarse.repeat(8, 0).repeat(8, 1)[:height, :width])


def _compare(name: str, here: NDArray[np.float32], there: NDArray[np.float32], share: float) -> None:
    if here.shape != there.shape:
        raise ValueError(f"its output {name} has the shape {here.shape}, and on the CPU {there.shape}")
    most = share * max(1.0, float(np.abs(there).max(initial=0)))
    apart = float(np.abs(here - there).max(initial=0))
    if not apart <= most:  # so that what is no number is refused too
        raise ValueError(f"its output {name} is {apart:.3g} from the CPU's, more than {most:.3g}")
