"""`semblance models verify`: whether each model is the one its manifest names, opens and fits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from inference.loading import load
from inference.sessions import InferenceError
from models.card import card_of
from models.manifest import ModelError
from models.printable import printable
from models.registry import all_shipped, get, pulled
from semblance.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.manifest import Manifest


def check(wanted: Sequence[str]) -> None:
    """Says of each model, all unless some are named, whether it is whole.

    Raises `Failure` with the mistakes, one a line, once all have been looked at.
    """
    try:
        names = wanted or [*(manifest.name for manifest in all_shipped()), *pulled()]
    except ModelError as error:
        raise Failure(str(error)) from None
    mistakes = [mistake for name in names if (mistake := _mistake(name))]
    if mistakes:
        raise Failure("\n".join(map(printable, mistakes)))


def check_opens(manifest: Manifest) -> None:
    """Raises `ModelError` unless the model's file is the right one, opens and fits its manifest."""
    try:
        load(manifest, "cpu", threads=1)
    except InferenceError as error:
        raise ModelError(str(error)) from None


def _mistake(name: str) -> str | None:
    try:
        manifest = get(name)
        check_opens(manifest)
        card_of(manifest.card, manifest.name)
    except ModelError as error:
        return str(error)
    typer.echo(f"{manifest.task}: {manifest.name} {manifest.version} is whole")
    return None
