"""The models that ship: where they lie, and whether their files are what their manifests say."""

from __future__ import annotations

import hashlib
from pathlib import Path

from models.manifest import TASKS, Manifest, ModelError, Task, read

FOLDER = Path(__file__).parent


def shipped(task: Task) -> Manifest:
    """The model that ships for `task`. Raises `ModelError` where its manifest is missing or wrong.

    The model file itself is not opened: `verify` does that.
    """
    if task not in TASKS:
        raise ModelError(f"No model ships for the task {task!r}; there is one for {' and for '.join(TASKS)}.")
    return read(FOLDER / task / "manifest.json")


def all_shipped() -> tuple[Manifest, ...]:
    """Every model that ships, in the order of their tasks' names."""
    return tuple(shipped(task) for task in TASKS)


def verify(manifest: Manifest) -> None:
    """Raise `ModelError` unless the model's file is there and has the manifest's sha256."""
    try:
        with manifest.path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise ModelError(
            f"The model {manifest.name} has no file at {manifest.path}; install the package again."
        ) from None
    except OSError as error:
        raise ModelError(f"The model file {manifest.path} cannot be read: {error}.") from error
    if found != manifest.sha256:
        raise ModelError(
            f"The model file {manifest.path} is not the one its manifest names: its sha256 is {found}, "
            f"expected {manifest.sha256}; install the package again."
        )
