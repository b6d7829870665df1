"""The catalogue: models of other people that `semblance models pull` can fetch.

Each is a file in `models/known`: the manifest that will lie beside the model, and where the model is had
from. The sha256 and size are those that its authors' repository states (a Git LFS pointer, the model zoo's
manifest) or that several who pinned the file agree on; a model whose hash is not known is not in here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from models.entry import table, text, texts, whole
from models.manifest import ModelError, Task, UnknownModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "known"
_OF_THE_CATALOGUE = ("bytes", "urls", "note")


@dataclass(frozen=True, slots=True)
class Known:
    """A model that can be pulled: `urls` are tried in turn, `manifest` is what is written beside it."""

    name: str
    task: Task
    file: str
    size: int
    sha256: str
    urls: tuple[str, ...]
    licence: str
    note: str
    manifest: Mapping[str, object]


def catalogue(folder: Path = FOLDER) -> tuple[Known, ...]:
    """Every model that can be pulled, sorted by file. Raises `ModelError` where an entry is wrong."""
    return tuple(_read(path) for path in sorted(folder.glob("*.json")))


def known(name: str, folder: Path = FOLDER) -> Known:
    """The model of that name. Raises `UnknownModelError`."""
    models = catalogue(folder)
    for model in models:
        if model.name == name:
            return model
    raise UnknownModelError(
        f"There is no model {name!r} to pull; those known are {', '.join(model.name for model in models)}."
    )


def _read(path: Path) -> Known:
    try:
        entry = table(json.loads(path.read_text(encoding="utf-8")), "the entry")
        return Known(
            name=text(entry, "name"),
            task=cast("Task", text(entry, "task")),
            file=text(entry, "file"),
            size=whole(entry, "bytes") or 0,
            sha256=text(entry, "sha256"),
            urls=texts(entry, "urls"),
            licence=text(entry, "licence"),
            note=text(entry, "note"),
            manifest={key: value for key, value in entry.items() if key not in _OF_THE_CATALOGUE},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The catalogue's entry {path} is wrong ({error}); install the package again."
        ) from error
