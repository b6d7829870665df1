"""The parts of a manifest, each read from its JSON object; what is wrong is told with its key and value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast, get_args

from models.entry import flag, inside, number, numbers, shown, table, text, texts, whole
from models.manifest import EMOTIONS, Crop, Decoder, Input, Prior, Task

if TYPE_CHECKING:
    from collections.abc import Mapping

_Type = Literal["float32", "uint8"]
_Colour = Literal["grey", "bgr", "rgb"]
_Level = Literal["eyes", "none"]
_Layout = Literal["cells", "yunet", "boxes"]
_Boxes = Literal["corners", "sizes", "centres"]
_LANDMARKS = 5
_LARGEST_SIDE = 8192
_LARGEST_STEP = 256
_PIXELS = -1e6, 1e6
"""Beyond any mean or scale of pixels 0..255, and far from where float32 overflows."""


def labels_of(entry: Mapping[str, object], task: Task) -> tuple[str | None, ...]:
    if task == "face":
        return texts(entry, "labels", ("face",))
    value = entry["labels"]
    if not isinstance(value, list) or not all(item is None or isinstance(item, str) for item in value):
        raise TypeError(f"labels must be a list of texts, null for what is no emotion, not {shown(value)}")
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


def input_of(entry: Mapping[str, object]) -> Input:
    colour = one_of(get_args(_Colour), text(entry, "colour"), "colour")
    found = Input(
        name=text(entry, "name"),
        dtype=cast("_Type", one_of(get_args(_Type), text(entry, "dtype"), "dtype")),
        layout=one_of(("NCHW", "NHWC"), text(entry, "layout"), "layout"),
        colour=cast("_Colour", colour),
        width=whole(entry, "width", _LARGEST_SIDE),
        height=whole(entry, "height", _LARGEST_SIDE),
        multiple_of=whole(entry, "multipleOf", _LARGEST_STEP),
        mean=_of_channels(entry, "mean", colour),
        scale=_of_channels(entry, "scale", colour),
    )
    if (found.width is None) != (found.height is None):
        there, lacking = ("width", "height") if found.height is None else ("height", "width")
        raise ValueError(f"{lacking} must be given too where {there} is, {entry[there]} here, or neither")
    if found.dtype == "uint8":
        for key, kept in (("mean", 0), ("scale", 1)):
            if any(value != kept for value in numbers(entry, key)):
                raise ValueError(f"{key} must be {kept} where dtype is 'uint8', not {shown(entry[key])}")
    return found


def _of_channels(entry: Mapping[str, object], key: str, colour: str) -> tuple[float, ...]:
    values = numbers(entry, key, _PIXELS)
    if len(values) not in ((1,) if colour == "grey" else (1, 3)):
        raise ValueError(
            f"{key} must be a number{'' if colour == 'grey' else ' or three'}, not {shown(entry[key])}"
        )
    return values


def prior_of(entry: Mapping[str, object], labels: tuple[str | None, ...]) -> Prior:
    shares = table(entry["training"], "training")
    with inside("training"):
        training = {label: number(shares, label) for label in labels if label is not None}
    if len(shares) != len(training) or any(share <= 0 for share in training.values()):
        raise ValueError(
            f"training must give each label a share above 0, and nothing else, not {shown(dict(shares))}"
        )
    return Prior(training=training, tau=number(entry, "tau", limits=(0, 2)))


def crop_of(entry: Mapping[str, object]) -> Crop:
    level = one_of(get_args(_Level), text(entry, "level"), "level")
    template = _template(entry["template"]) if entry.get("template") else None
    return Crop(number(entry, "scale", limits=(0.1, 10)), cast("_Level", level), template)


def _template(value: object) -> tuple[tuple[float, float], ...]:
    points = [numbers({"template": point}, "template") for point in value] if isinstance(value, list) else []
    if len(points) != _LANDMARKS or any(len(point) != 2 for point in points):
        raise ValueError(f"template must be five points [x, y], not {shown(value)}")
    if len(set(points)) < _LANDMARKS:
        raise ValueError(f"template must be five points in places of their own, not {shown(value)}")
    return tuple((x, y) for x, y in points)


def decoder_of(entry: Mapping[str, object]) -> Decoder:
    layout = one_of(get_args(_Layout), text(entry, "layout"), "layout")
    boxes = one_of(get_args(_Boxes), text(entry, "boxes"), "boxes") if layout == "boxes" else None
    strides = numbers(entry, "strides") if layout != "boxes" else ()
    if any(not 1 <= stride <= _LARGEST_STEP or stride != int(stride) for stride in strides):
        raise ValueError(
            f"strides must be whole numbers from 1 up to {_LARGEST_STEP}, not {shown(entry['strides'])}"
        )
    overlap = number(entry, "overlap", 0.45)
    if not 0 < overlap <= 1:
        raise ValueError(f"overlap must be above 0 and at most 1, not {overlap:g}")
    return Decoder(
        layout=cast("_Layout", layout),
        strides=tuple(int(stride) for stride in strides),
        boxes=cast("_Boxes | None", boxes),
        relative=flag(entry, "relative"),
        overlap=overlap,
    )


def one_of(allowed: tuple[str, ...], value: str, key: str) -> str:
    if value not in allowed:
        raise ValueError(f"{key} is {shown(value)}, not {', '.join(allowed[:-1])} or {allowed[-1]}")
    return value
