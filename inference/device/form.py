"""Forms: how the network of a model is laid out for a GPU, fastest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inference.options import Precision
    from inference.providers import Provider


@dataclass(frozen=True, slots=True)
class Form:
    """`half`: it computes in 16 bits (weights, and what passes between layers), inputs and outputs as ever.

    `graphs`: the launches of a whole run are recorded once for each shape and then replayed as one, which is
    what counts where each of some fifty layers takes the device less time than the host takes to launch it.
    """

    half: bool
    graphs: bool


def forms(provider: Provider, precision: Precision, *, graphs: bool) -> tuple[Form, ...]:
    """Those to be tried on a provider, best first; with `graphs` only where they may be recorded.

    TensorRT launches its engine by itself, as one node: it has nothing to record. It is not tried in fp32
    unless that is asked for, since each try takes minutes.
    """
    if provider != "cuda":
        return (Form(half=precision != "fp32", graphs=False),)
    halves = {"auto": (True, False), "fp16": (True,), "fp32": (False,)}[precision]
    return tuple(
        Form(half, recorded) for half in halves for recorded in ((True, False) if graphs else (False,))
    )


def shown(form: Form) -> str:
    """In words, for a log."""
    return ("fp16" if form.half else "fp32") + (" with CUDA graphs" if form.graphs else "")
