"""How a manifest is read from `manifest.json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, cast, get_args

from models.entry import flag, number, numbers, table, text, texts, whole
from models.manifest import EMOTIONS, TASKS, Crop, Decoder, Input, Manifest, ModelError, Prior, Task

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_Type = Literal["float32", "uint8"]
_Colour = Literal["grey", "bgr", "rgb"]
_Level = Literal["eyes", "none"]
_Layout = Literal["cells", "yunet", "boxes"]
_Boxes = Literal["corners", "sizes", "centres"]
_LANDMARKS = 5


def read(path: Path) -> Manifest:
    """The manifest at `path`; the model file is looked for beside it. Raises `ModelError`."""
    content = _json(path, "manifest")
    try:
        manifest = _manifest(table(content, "the manifest"), path)
    except KeyError as error:
        raise ModelError(f"The manifest {path} lacks the key {error}.") from None
    except (TypeError, ValueError) as error:
        raise ModelError(f"The manifest {path} is wrong: {error}.") from None
    return manifest


def _json(path: Path, what: str) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(
            f"There is no {what} at {path}; install the package or pull the model again."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"The {what} {path} cannot be read: {error}.") from error
    except json.JSONDecodeError as error:
        raise ModelError(
            f"The {what} {path} is not whole JSON ({error}); install the package or pull the model again."
        ) from error


def _manifest(entry: Mapping[str, object], path: Path) -> Manifest:
    task = cast("Task", _one_of(TASKS, text(entry, "task"), "the task"))
    labels, outputs = _labels(entry, task), texts(entry, "outputs")
    decoder = _decoder(table(entry["decoder"], "decoder")) if task == "face" else None
    _check_outputs(outputs, decoder)
    return Manifest(
        name=text(entry, "name"),
        task=task,
        version=text(entry, "version"),
        path=path.parent / text(entry, "file"),
        sha256=text(entry, "sha256").lower(),
        input=_input(table(entry["input"], "input")),
        outputs=outputs,
        labels=labels,
        prior=_prior(table(entry["prior"], "prior"), labels) if entry.get("prior") else None,
        temperature=number(entry, "temperature", 1.0),
        crop=_crop(table(entry["crop"], "crop")) if entry.get("crop") else None,
        licence=text(entry, "licence"),
        trained_on=texts(entry, "trainedOn", ()),
        recipe=texts(entry, "recipe", ()),
        decoder=decoder,
        confidence=number(entry, "confidence", 0.5),
        free_sizes=flag(entry, "freeSizes"),
        card=_card(path.with_name("card.json")),
    )


def _labels(entry: Mapping[str, object], task: Task) -> tuple[str | None, ...]:
    if task == "face":
        return texts(entry, "labels", ("face",))
    value = entry["labels"]
    if not isinstance(value, list) or not all(item is None or isinstance(item, str) for item in value):
        raise TypeError(f"labels must be a list of texts, null for what is no emotion, not {value!r}")
    named = [label for label in value if label is not None]
    if unknown := [label for label in named if label not in EMOTIONS]:
        raise ValueError(
            f"the labels {', '.join(unknown)} are not among the eight emotions ({', '.join(EMOTIONS)}); "
            "an output that is none of them is null"
        )
    if missing := [emotion for emotion in EMOTIONS if emotion not in named]:
        raise ValueError(
            f"the labels must be the eight emotions, each once; this model has no "
            f"{' and no '.join(missing)}, so that it cannot be used"
        )
    if len(named) != len(EMOTIONS):
        raise ValueError(f"the labels must be the eight emotions, each once; they are {', '.join(named)}")
    return tuple(value)


def _check_outputs(outputs: tuple[str, ...], decoder: Decoder | None) -> None:
    wanted: tuple[int, ...]
    if decoder is None:
        wanted, what = (1, 2), "a classifier (logits, and readability or not)"
    elif decoder.layout == "boxes":
        wanted, what = (2, 3), "the layout boxes (boxes, scores, and landmarks or not)"
    else:
        kinds = 4 if decoder.layout == "yunet" else 1
        wanted, what = (kinds * len(decoder.strides),), f"the layout {decoder.layout} at these strides"
    if len(outputs) not in wanted:
        counts = " or ".join(str(count) for count in wanted)
        raise ValueError(f"outputs must be {counts} names for {what}, not {len(outputs)}")


def _input(entry: Mapping[str, object]) -> Input:
    colour = _one_of(get_args(_Colour), text(entry, "colour"), "the input's colour")
    return Input(
        name=text(entry, "name"),
        dtype=cast("_Type", _one_of(get_args(_Type), text(entry, "dtype"), "the input's dtype")),
        layout=_one_of(("NCHW", "NHWC"), text(entry, "layout"), "the input's layout"),
        colour=cast("_Colour", colour),
        width=whole(entry, "width"),
        height=whole(entry, "height"),
        multiple_of=whole(entry, "multipleOf"),
        mean=_of_channels(entry, "mean", colour),
        scale=_of_channels(entry, "scale", colour),
    )


def _of_channels(entry: Mapping[str, object], key: str, colour: str) -> tuple[float, ...]:
    values = numbers(entry, key)
    if len(values) not in ((1,) if colour == "grey" else (1, 3)):
        raise ValueError(f"the input's {key} must be a number{'' if colour == 'grey' else ' or three'}")
    return values


def _prior(entry: Mapping[str, object], labels: tuple[str | None, ...]) -> Prior:
    shares = table(entry["training"], "prior.training")
    training = {label: number(shares, label) for label in labels if label is not None}
    if len(shares) != len(training) or any(share <= 0 for share in training.values()):
        raise ValueError("prior.training must give each label a share above 0, and nothing else")
    return Prior(training=training, tau=number(entry, "tau"))


def _crop(entry: Mapping[str, object]) -> Crop:
    level = _one_of(get_args(_Level), text(entry, "level"), "the crop's level")
    template = _template(entry["template"]) if entry.get("template") else None
    return Crop(scale=number(entry, "scale"), level=cast("_Level", level), template=template)


def _template(value: object) -> tuple[tuple[float, float], ...]:
    points = [numbers({"point": point}, "point") for point in value] if isinstance(value, list) else []
    if len(points) != _LANDMARKS or any(len(point) != 2 for point in points):
        raise ValueError(f"the crop's template must be five points [x, y], not {value!r}")
    return tuple((x, y) for x, y in points)


def _decoder(entry: Mapping[str, object]) -> Decoder:
    layout = _one_of(get_args(_Layout), text(entry, "layout"), "the decoder's layout")
    boxes = _one_of(get_args(_Boxes), text(entry, "boxes"), "decoder.boxes") if layout == "boxes" else None
    strides = numbers(entry, "strides") if layout != "boxes" else ()
    if any(stride < 1 or stride != int(stride) for stride in strides):
        raise ValueError(f"decoder.strides must be whole numbers from 1 up, not {entry['strides']!r}")
    overlap = number(entry, "overlap", 0.45)
    if not 0 < overlap <= 1:
        raise ValueError(f"decoder.overlap must be above 0 and at most 1, not {overlap:g}")
    return Decoder(
        layout=cast("_Layout", layout),
        strides=tuple(int(stride) for stride in strides),
        boxes=cast("_Boxes | None", boxes),
        relative=flag(entry, "relative"),
        overlap=overlap,
    )


def _card(path: Path) -> Mapping[str, object] | None:
    if not path.is_file():
        return None
    content = _json(path, "card")
    if not isinstance(content, dict):
        raise ModelError(f"The card {path} is wrong: it must be a JSON object.")
    return content


def _one_of(allowed: tuple[str, ...], value: str, what: str) -> str:
    if value not in allowed:
        raise ValueError(f"{what} is {value!r}, not {', '.join(allowed[:-1])} or {allowed[-1]}")
    return value
