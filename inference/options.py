"""What can be set of inference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Setting: TypeAlias = Literal["auto", "cpu", "cuda", "tensorrt"]
"""Which provider to run on; `auto` takes the GPU where one can be used, else the CPU."""


@dataclass(frozen=True, slots=True)
class InferenceOptions:
    """`max_batch` frames go into one batch at most, gathered for `max_wait` seconds; both are upper bounds.

    Frames are shrunk to `detector_size` pixels on their long side before faces are looked for, single
    pictures to that and again to `picture_size`; neither is ever enlarged. A face is reported where the
    detector is sure of it by `min_confidence`. Faces less than `min_face` pixels wide or high in the frame
    are left out, as in Microsoft's Emotion API: their expression cannot be read, and most of what detectors
    take for a face is that small. A face that is followed and not seen is waited for `patience` seconds.
    """

    provider: Setting = "auto"
    max_batch: int = 32
    max_wait: float = 0.02
    detector_size: int = 512
    picture_size: int = 1280
    min_confidence: float = 0.5
    min_face: float = 24.0
    patience: float = 1.0
