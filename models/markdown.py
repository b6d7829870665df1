"""Markdown tables, and texts with places to be filled in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_PLACE = re.compile(r"\{\{(\w+)\}\}")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column is text and whose others are figures, without a line break at its end."""
    lines = [_row(head), _row(["---", *["---:"] * (len(head) - 1)])]
    return "\n".join([*lines, *map(_row, rows)])


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with every {{name}} replaced. Raises `KeyError` where a place has no value or a value none."""
    places = set(_PLACE.findall(text))
    if places != set(values):
        odd = ", ".join(sorted(places.symmetric_difference(values)))
        raise KeyError(f"The card's text and the figures do not fit each other: {odd}.")
    return _PLACE.sub(lambda place: values[place[1]], text)


def share(value: float) -> str:
    """A share as cards write it: .857, 1.000."""
    return f"{value:.3f}".removeprefix("0")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
