"""A model's card as programs read it: `card.json`, the figures that were measured of the model."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.entry import number, table, text
from models.manifest import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_REMEDY = "mend or delete card.json beside its manifest, which the model works without"


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """Of one label: the share of faces read as it that show it, the share of those that show it that are
    read as it, and how many faces that stands on."""

    precision: float
    recall: float
    count: int


@dataclass(frozen=True, slots=True)
class Card:
    """`conditions` say on what, and how, the `figures` were measured; `per_class` is a classifier's."""

    conditions: str
    figures: Mapping[str, float]
    per_class: Mapping[str, ClassFigures] = field(default_factory=dict)


def card_of(content: Mapping[str, object] | None, name: str) -> Card | None:
    """What the manifest of the model `name` holds as its card. Raises `ModelError` where it is wrong."""
    if content is None:
        return None
    try:
        return Card(
            conditions=text(content, "conditions"),
            figures=_numbers(content.get("figures", {})),
            per_class={
                label: _class(table(entry, label))
                for label, entry in table(content.get("perClass", {}), "perClass").items()
            },
        )
    except KeyError as error:
        raise ModelError(f"The card of {name} lacks the key {error}; {_REMEDY}.") from None
    except (TypeError, ValueError) as error:
        raise ModelError(f"The card of {name} is wrong: {error}; {_REMEDY}.") from None


def write(card: Card, sha256: str, path: Path) -> None:
    """As JSON, its numbers to four decimals: more would be noise. `sha256` is the measured file's."""
    content: dict[str, object] = {
        "sha256": sha256,
        "conditions": card.conditions,
        "figures": {name: round(value, 4) for name, value in card.figures.items()},
    }
    if card.per_class:
        content["perClass"] = {
            label: {
                "precision": round(figures.precision, 4),
                "recall": round(figures.recall, 4),
                "count": figures.count,
            }
            for label, figures in card.per_class.items()
        }
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _numbers(value: object) -> dict[str, float]:
    figures = table(value, "figures")
    return {name: number(figures, name) for name in figures}


def _class(entry: Mapping[str, object]) -> ClassFigures:
    return ClassFigures(number(entry, "precision"), number(entry, "recall"), int(number(entry, "count")))
