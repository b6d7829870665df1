"""What a model's manifest says, as dataclasses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EMOTIONS = ("anger", "contempt", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")

Task = Literal["emotion", "face"]
TASKS: tuple[Task, ...] = ("emotion", "face")


class ModelError(Exception):
    """A model cannot be used; the message is a sentence that says why and what to do."""


class UnknownModelError(ModelError):
    """No model is called that, or the one that is does something else."""


@dataclass(frozen=True, slots=True)
class Input:
    """The tensor a model wants: `(pixel - mean) * scale` of pixels 0..255, in `layout` and `colour`.

    `mean` and `scale` have one entry for all channels, or three, in the order of the colours as fed.
    A side is either fixed (`width`, `height`) or free in multiples of `multiple_of`; the other is `None`.
    """

    name: str
    dtype: Literal["float32", "uint8"]
    layout: str
    colour: Literal["grey", "bgr", "rgb"]
    width: int | None
    height: int | None
    multiple_of: int | None
    mean: tuple[float, ...]
    scale: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Crop:
    """How a detected face becomes the model's picture.

    A square around the box's centre, its side the box's longer side times `scale`; with `level` "eyes"
    turned about that centre until the line through the eyes is level. Outside the frame, the frame's edge
    is repeated. With a `template` and landmarks, the landmarks are brought to the template instead by the
    least-squares similarity: five points in shares of the picture's side, the person's right eye first.
    """

    scale: float
    level: Literal["eyes", "none"]
    template: tuple[tuple[float, float], ...] | None = None


@dataclass(frozen=True, slots=True)
class Decoder:
    """How a detector's outputs are read; `overlap` is the one above which the weaker of two faces is dropped.

    "cells": the shipped detector's, one output a stride, fifteen numbers a cell. "yunet": YuNet's heads, the
    outputs in the order cls, obj, bbox, kps, each for all strides. "boxes": boxes (n, k, 4), scores (n, k)
    or (n, k, 1 or 2) and, optionally, landmarks; `boxes` says what the four numbers are (corners x0 y0
    x1 y1, sizes left top width height, centres cx cy w h), `relative` that they are shares of the input's
    sides instead of its pixels.
    """

    layout: Literal["cells", "yunet", "boxes"]
    strides: tuple[int, ...]
    boxes: Literal["corners", "sizes", "centres"] | None
    relative: bool
    overlap: float


@dataclass(frozen=True, slots=True)
class Prior:
    """The shares of the labels a classifier was trained on, and how far to correct for them.

    The corrected logits are `logits - tau * log(training)` (Menon et al. 2021, post-hoc logit adjustment).
    """

    training: Mapping[str, float]
    tau: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """One model file and everything a caller must know to run it.

    `labels` are in the order of the file's outputs, `None` for an output that is no emotion. A classifier's
    scores are the softmax of its logits, corrected by `prior` and then divided by `temperature`; a second
    output is the logit of how readable the face is. `confidence` is the lowest score at which a detector
    reports a face unless told otherwise. `free_sizes`: the file declares fixed sizes that its network does
    not need. `card` is what `card.json` beside the manifest holds. `path` need not exist: `verify` looks.
    """

    name: str
    task: Task
    version: str
    path: Path
    sha256: str
    input: Input
    outputs: tuple[str, ...]
    labels: tuple[str | None, ...]
    prior: Prior | None
    temperature: float
    crop: Crop | None
    licence: str
    trained_on: tuple[str, ...]
    recipe: tuple[str, ...]
    decoder: Decoder | None = None
    confidence: float = 0.5
    free_sizes: bool = False
    card: Mapping[str, object] | None = None
