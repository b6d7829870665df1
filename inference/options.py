"""What can be set of inference, and of the pictures it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from stream.spec import PreviewMode

Setting: TypeAlias = Literal["auto", "cpu", "cuda", "tensorrt"]
"""Which provider to run on; `auto` takes the GPU where one can be used, else the CPU."""
Precision: TypeAlias = Literal["auto", "fp32", "fp16"]
"""What a GPU computes in; `auto` is fp16. A CPU computes in fp32, which is its fastest."""
Every: TypeAlias = Literal["auto"] | int
"""In every so many frames of a stream the detector looks at the whole picture; `auto` goes by time."""


@dataclass(frozen=True, slots=True)
class InferenceOptions:
    """`detector` and `classifier` name the models: "auto", a name, or the path of a manifest (`models.find`).
    `tau` is how far the classifier corrects for rare emotions; `None` is what its manifest says.

    `max_batch` frames go into one batch at most, gathered for `max_wait` seconds; both are upper bounds. A
    face is reported where the detector is sure of it by `min_confidence`; `None` is what its manifest says. A
    face that is followed and not seen is waited for `patience` seconds. `detect_every`: the whole picture is
    looked at in so many frames of a stream, or where that is "auto" about three times a second on a CPU and
    always on a GPU; in between, faces are found again closely about where they were. On lanes each batch
    begins with a look at the whole picture.
    """

    provider: Setting = "auto"
    precision: Precision = "auto"
    detector: str = "auto"
    classifier: str = "auto"
    tau: float | None = None
    max_batch: int = 32
    max_wait: float = 0.02
    min_confidence: float | None = None
    patience: float = 1.0
    detect_every: Every = "auto"


@dataclass(frozen=True, slots=True)
class PreviewOptions:
    """`mode` is that of streams that have none of their own, `fps` the most pictures a second of each.

    `width` is the longer side at most, in pixels: a picture taken upright is as large as one taken across.
    `quality` is JPEG's, 1 to 100.
    """

    mode: PreviewMode = "full"
    fps: float = 10.0
    width: int = 640
    quality: int = 75
