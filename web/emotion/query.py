"""What the query of a call says: names in any case, as with all of the contract's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import Request


def values(request: Request, name: str) -> list[str]:
    """All that are given under this name, in their order."""
    given = request.query_params.multi_items()
    return [value for each, value in given if each.lower() == name.lower()]


def value(request: Request, name: str) -> str:
    """The first of them; nothing where there is none."""
    return next(iter(values(request, name)), "")
