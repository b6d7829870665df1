"""How a manifest is read from `manifest.json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar, cast

from models.entry import flag, inside, number, table, text, texts
from models.manifest import TASKS, Crop, Decoder, Input, Manifest, ModelError, Task
from models.manifest_parts import crop_of, decoder_of, input_of, labels_of, one_of, prior_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_Part = TypeVar("_Part")
_USUAL_STEP = 32
_TEMPERATURES = 0.001, 1000


def read(path: Path) -> Manifest:
    """The manifest at `path`; the model file is looked for beside it. Raises `ModelError`."""
    content = _json(path, "manifest", "install the package or pull the model again")
    try:
        manifest = _manifest(table(content, "the manifest"), path)
    except KeyError as error:
        raise ModelError(f"The manifest {path} lacks the key {error}.") from None
    except (TypeError, ValueError) as error:
        raise ModelError(f"The manifest {path} is wrong: {error}.") from None
    return manifest


def _json(path: Path, what: str, remedy: str) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"There is no {what} at {path}; {remedy}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"The {what} {path} cannot be read: {error}.") from error
    except (ValueError, RecursionError) as error:  # no JSON, or numbers and depths beyond what Python takes
        raise ModelError(f"The {what} {path} is not whole JSON ({error}); {remedy}.") from error


def _manifest(entry: Mapping[str, object], path: Path) -> Manifest:
    task = cast("Task", one_of(TASKS, text(entry, "task"), "task"))
    labels, outputs = labels_of(entry, task), texts(entry, "outputs")
    decoder = _part(entry, "decoder", decoder_of) if task == "face" else None
    wanted = _part(entry, "input", input_of)
    crop = _part(entry, "crop", crop_of) if entry.get("crop") else None
    _check_outputs(outputs, decoder)
    _check_steps(wanted, decoder) if decoder else _check_picture(wanted, crop)
    return Manifest(
        name=text(entry, "name"),
        task=task,
        version=text(entry, "version"),
        path=path.parent / text(entry, "file"),
        sha256=text(entry, "sha256").lower(),
        input=wanted,
        outputs=outputs,
        labels=labels,
        prior=_part(entry, "prior", lambda part: prior_of(part, labels)) if entry.get("prior") else None,
        temperature=number(entry, "temperature", 1.0, _TEMPERATURES),
        crop=crop,
        licence=text(entry, "licence"),
        trained_on=texts(entry, "trainedOn", ()),
        recipe=texts(entry, "recipe", ()),
        decoder=decoder,
        confidence=number(entry, "confidence", 0.5, (0, 1)),
        free_sizes=flag(entry, "freeSizes"),
        card=_card(path.with_name("card.json")),
    )


def _part(entry: Mapping[str, object], key: str, part_of: Callable[[Mapping[str, object]], _Part]) -> _Part:
    part = table(entry[key], key)
    with inside(key):
        return part_of(part)


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
    if len(set(outputs)) < len(outputs):
        raise ValueError(f"outputs must be names of which each is there once, not {', '.join(outputs)}")


def _check_steps(wanted: Input, decoder: Decoder) -> None:
    """Of a detector: a size that is no multiple of a stride has no whole number of cells."""
    step, largest = wanted.multiple_of or _USUAL_STEP, max(decoder.strides, default=1)
    if wanted.width is None and step % largest:
        raise ValueError(
            f"input.multipleOf must be a multiple of the largest of decoder.strides, {largest}, not {step}"
        )


def _check_picture(wanted: Input, crop: Crop | None) -> None:
    """Of a classifier, which is fed square pictures of faces."""
    if crop is None:
        raise ValueError('crop must say how a face is cut out, {"scale": 1.0, "level": "eyes"} say, not null')
    if wanted.width is None or wanted.width != wanted.height:
        raise ValueError(
            "input.width and input.height of a classifier must be given and the same, "
            f"not {wanted.width} and {wanted.height}"
        )


def _card(path: Path) -> Mapping[str, object] | None:
    if not path.is_file():
        return None
    content = _json(path, "card", "delete that file, which the model works without")
    if not isinstance(content, dict):
        raise ModelError(
            f"The card {path} is wrong: it must be a JSON object; delete that file, which the model works "
            "without."
        )
    return content
