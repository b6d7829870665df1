"""The models there are: those that ship and those that were pulled, found by task and name."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import platformdirs

from models.manifest import TASKS, Manifest, ModelError, Task, UnknownModelError
from models.manifest_file import read
from models.onnx_file import flaw

FOLDER = Path(__file__).parent
AUTO = "auto"
PREFERRED: dict[Task, str] = {"face": "yunet"}
"""What "auto" takes where it has been pulled; else, and for the other tasks, what ships."""


def pulled_folder() -> Path:
    """Where pulled models lie, one folder each: `SEMBLANCE_MODELS`, else the user's data folder."""
    named = os.environ.get("SEMBLANCE_MODELS")
    return _at_home(named) if named else platformdirs.user_data_path("semblance") / "models"


def find(task: Task, wanted: str = AUTO, folder: Path | None = None) -> Manifest:
    """The model for `task` that `wanted` means: "auto", a shipped or pulled name, or the path of a manifest.

    `folder` is the one of the pulled models, unless the usual. Raises `ModelError`, and of
    its kind `UnknownModelError` where nothing is called that.
    """
    folder = folder or pulled_folder()
    if wanted == AUTO:
        preferred = PREFERRED.get(task)
        chosen = preferred is not None and (folder / preferred / "manifest.json").is_file()
        manifest = read(folder / str(preferred) / "manifest.json") if chosen else shipped(task)
    else:
        manifest = get(wanted, folder)
    if manifest.task != task:
        raise UnknownModelError(f"The model {wanted} is for the task {manifest.task}, not for {task}.")
    return manifest


def get(wanted: str, folder: Path | None = None) -> Manifest:
    """The model of any task that is called `wanted`, shipped or pulled, or whose manifest has that path.

    Raises `ModelError`, and of its kind `UnknownModelError` where nothing is called that.
    """
    folder = folder or pulled_folder()
    if wanted.endswith(".json"):
        path = _at_home(wanted)
        if not path.is_file():
            raise UnknownModelError(f"There is no manifest at {path}.")
        return read(path)
    for manifest in all_shipped():
        if manifest.name == wanted:
            return manifest
    if wanted in pulled(folder):
        return read(folder / wanted / "manifest.json")
    there = ", ".join((*(manifest.name for manifest in all_shipped()), *pulled(folder)))
    raise UnknownModelError(
        f"There is no model {wanted!r} here, only {there}; `semblance models list` says which can be pulled, "
        "and the path of a manifest.json works too."
    )


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


def pulled(folder: Path | None = None) -> tuple[str, ...]:
    """The names of the models that have been pulled, sorted."""
    return tuple(sorted(path.parent.name for path in (folder or pulled_folder()).glob("*/manifest.json")))


def verify(manifest: Manifest) -> None:
    """Raise `ModelError` unless the model's file is there, whole, ONNX, and has the manifest's sha256."""
    path, remedy = manifest.path, _remedy(manifest)
    try:
        wrong = _wrong(path)
        found = None if wrong else _sha256(path)
    except FileNotFoundError:
        raise ModelError(f"The model {manifest.name} has no file at {path}; {remedy}.") from None
    except OSError as error:
        raise ModelError(f"The model file {path} cannot be read: {error.strerror}.") from error
    if wrong is not None:
        raise ModelError(f"The model file {path} {wrong}; {remedy}.")
    if found != manifest.sha256:
        raise ModelError(
            f"The model file {path} is not the one its manifest names: its sha256 is {found}, "
            f"expected {manifest.sha256}; {remedy}."
        )


def _wrong(path: Path) -> str | None:
    """Before a byte is read: a device never ends, and a pipe waits for somebody to write into it."""
    if not stat.S_ISREG(path.stat().st_mode):
        return "is no regular file, but a folder, a device or a pipe"
    return flaw(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _at_home(path: str) -> Path:
    """With `~` as the user's home; as it is where there is no such user, for which `Path` raises."""
    return Path(os.path.expanduser(path))


def _remedy(manifest: Manifest) -> str:
    if manifest.path.is_relative_to(FOLDER):
        return "install the package again"
    if manifest.path.is_relative_to(pulled_folder()):
        return f"`semblance models pull {manifest.path.parent.name} --force` fetches it anew"
    return "put the right file there, or mend the manifest"
