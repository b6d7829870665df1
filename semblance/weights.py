"""`semblance models`: what ships, and whether the files are whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from inference.sessions import InferenceError, open_session
from models.manifest import ModelError
from models.registry import all_shipped, verify
from semblance.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.manifest import Manifest


def show() -> None:
    """A table of the models that ship."""
    table = Table("task", "name", "version", "size", "licence", "trained on", box=None, pad_edge=False)
    for manifest in _shipped():
        size = f"{manifest.path.stat().st_size / 1e6:.2f} MB" if manifest.path.is_file() else "missing"
        trained = ", ".join(manifest.trained_on)
        table.add_row(manifest.task, manifest.name, manifest.version, size, manifest.licence, trained)
    Console().print(table)


def check() -> None:
    """Compares each file with its manifest and opens it. Raises `Failure` with the first mistake."""
    for manifest in _shipped():
        try:
            verify(manifest)
            open_session(manifest.path, "cpu", threads=1)
        except (ModelError, InferenceError) as error:
            raise Failure(str(error)) from None
        Console().print(f"{manifest.task}: {manifest.name} {manifest.version} is whole", highlight=False)


def _shipped() -> Sequence[Manifest]:
    try:
        return all_shipped()
    except ModelError as error:
        raise Failure(str(error)) from None
