"""What a model's manifest says: the dataclasses, and how they are read from `manifest.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EMOTIONS = frozenset(("anger", "contempt", "disgust", "fear", "happiness", "neutral", "sadness", "surprise"))

Task = Literal["emotion", "face"]
TASKS: tuple[Task, ...] = ("emotion", "face")


class ModelError(Exception):
    """A model cannot be used; the message is a sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Input:
    """The tensor a model wants: `(pixel - mean) * scale` of pixels 0..255, in `layout` and `colour`.

    A side is either fixed (`width`, `height`) or free in multiples of `multiple_of`; the other is `None`.
    """

    name: str
    dtype: Literal["float32", "uint8"]
    layout: str
    colour: Literal["grey", "bgr"]
    width: int | None
    height: int | None
    multiple_of: int | None
    mean: float
    scale: float


@dataclass(frozen=True, slots=True)
class Crop:
    """How a detected face becomes the model's picture.

    A square around the box's centre, its side the box's longer side times `scale`; with `level` "eyes"
    turned about that centre until the line through the eyes is level. Outside the frame, the frame's edge
    is repeated.
    """

    scale: float
    level: Literal["eyes", "none"]


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

    `labels` are in the order of the file's outputs. A classifier's scores are the softmax of its logits,
    corrected by `prior` and then divided by `temperature`. `path` need not exist: `verify` looks.
    """

    name: str
    task: Task
    version: str
    path: Path
    sha256: str
    input: Input
    outputs: tuple[str, ...]
    labels: tuple[str, ...]
    prior: Prior | None
    temperature: float
    crop: Crop | None
    licence: str
    trained_on: tuple[str, ...]
    recipe: tuple[str, ...]


def read(path: Path) -> Manifest:
    """The manifest at `path`; the model file is looked for beside it. Raises `ModelError`."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"There is no manifest at {path}; install the package again.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"The manifest {path} cannot be read: {error}.") from error
    except json.JSONDecodeError as error:
        raise ModelError(
            f"The manifest {path} is not whole JSON ({error}); install the package again."
        ) from error
    try:
        return _manifest(_table(content, "the manifest"), path)
    except KeyError as error:
        raise ModelError(f"The manifest {path} lacks the key {error}.") from None
    except (TypeError, ValueError) as error:
        raise ModelError(f"The manifest {path} is wrong: {error}.") from None


def _manifest(entry: Mapping[str, object], path: Path) -> Manifest:
    task = _text(entry, "task")
    if task not in TASKS:
        raise ValueError(f"the task is {task!r}, not one of {', '.join(TASKS)}")
    labels = _texts(entry, "labels")
    if task == "emotion":
        _check_labels(labels)
    return Manifest(
        name=_text(entry, "name"),
        task=task,
        version=_text(entry, "version"),
        path=path.parent / _text(entry, "file"),
        sha256=_text(entry, "sha256"),
        input=_input(_table(entry["input"], "input")),
        outputs=_texts(entry, "outputs"),
        labels=labels,
        prior=_prior(_table(entry["prior"], "prior"), labels) if entry.get("prior") else None,
        temperature=_number(entry, "temperature"),
        crop=_crop(_table(entry["crop"], "crop")) if entry.get("crop") else None,
        licence=_text(entry, "licence"),
        trained_on=_texts(entry, "trainedOn"),
        recipe=_texts(entry, "recipe"),
    )


def _check_labels(labels: tuple[str, ...]) -> None:
    unknown = [label for label in labels if label not in EMOTIONS]
    if unknown:
        raise ValueError(f"the labels {', '.join(unknown)} are not among the eight emotions")
    missing = EMOTIONS.difference(labels)
    if missing or len(labels) != len(EMOTIONS):
        raise ValueError(f"the labels must be the eight emotions, each once; they are {', '.join(labels)}")


def _input(entry: Mapping[str, object]) -> Input:
    dtype, colour = _text(entry, "dtype"), _text(entry, "colour")
    if dtype not in ("float32", "uint8"):
        raise ValueError(f"the input's dtype is {dtype!r}, not float32 or uint8")
    if colour not in ("grey", "bgr"):
        raise ValueError(f"the input's colour is {colour!r}, not grey or bgr")
    return Input(
        name=_text(entry, "name"),
        dtype=cast('Literal["float32", "uint8"]', dtype),
        layout=_text(entry, "layout"),
        colour=cast('Literal["grey", "bgr"]', colour),
        width=_whole(entry, "width"),
        height=_whole(entry, "height"),
        multiple_of=_whole(entry, "multipleOf"),
        mean=_number(entry, "mean"),
        scale=_number(entry, "scale"),
    )


def _prior(entry: Mapping[str, object], labels: tuple[str, ...]) -> Prior:
    shares = _table(entry["training"], "prior.training")
    training = {label: _number(shares, label) for label in labels}
    if len(shares) != len(labels) or any(share <= 0 for share in training.values()):
        raise ValueError("prior.training must give each label a share above 0, and nothing else")
    return Prior(training=training, tau=_number(entry, "tau"))


def _crop(entry: Mapping[str, object]) -> Crop:
    level = _text(entry, "level")
    if level not in ("eyes", "none"):
        raise ValueError(f"the crop's level is {level!r}, not eyes or none")
    return Crop(scale=_number(entry, "scale"), level=cast('Literal["eyes", "none"]', level))


def _table(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{name} must be a JSON object, not {value!r}")
    return value


def _text(entry: Mapping[str, object], key: str) -> str:
    value = entry[key]
    if not isinstance(value, str) or not value:
        raise TypeError(f"{key} must be a text, not {value!r}")
    return value


def _texts(entry: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = entry[key]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError(f"{key} must be a list of texts, not {value!r}")
    return tuple(value)


def _number(entry: Mapping[str, object], key: str) -> float:
    value = entry[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{key} must be a number, not {value!r}")
    return float(value)


def _whole(entry: Mapping[str, object], key: str) -> int | None:
    value = entry.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise TypeError(f"{key} must be a whole number from 1 up, not {value!r}")
    return value
