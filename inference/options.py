"""What can be set of inference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Setting: TypeAlias = Literal["auto", "cpu", "cuda", "tensorrt"]
"""Which provider to run on; `auto` takes the GPU where one can be used, else the CPU."""


@dataclass(frozen=True, slots=True)
class InferenceOptions:
    """`detector` and `classifier` name the models: "auto", a name, or the path of a manifest (`models.find`).
    `tau` is how far the classifier corrects for rare emotions; `None` is what its manifest says.

    `max_batch` frames go into one batch at most, gathered for `max_wait` seconds; both are upper bounds. A
    face is reported where the detector is sure of it by `min_confidence`; `None` is what its manifest says. A
    face that is followed and not seen is waited for `patience` seconds.
    """

    provider: Setting = "auto"
    detector: str = "auto"
    classifier: str = "auto"
    tau: float | None = None
    max_batch: int = 32
    max_wait: float = 0.02
    min_confidence: float | None = None
    patience: float = 1.0
