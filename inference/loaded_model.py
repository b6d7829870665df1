"""A model in use, as the service tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.card import Card


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """`provider` is the one ONNX Runtime really runs it on; `labels` are in the order of its outputs; `card`
    holds what was measured of it, where it has been. `tau` is how far it corrects for rare emotions here;
    `None` for a model that cannot."""

    task: str
    name: str
    version: str
    sha256: str
    provider: str
    labels: tuple[str, ...]
    licence: str = ""
    trained_on: tuple[str, ...] = ()
    card: Card | None = None
    tau: float | None = None
