"""Mistakes in what was configured: a line for each, with its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import ValidationError

_LIST, _KEYS = "must be a list", "must be keys and values"
_PLAINLY = {
    "extra_forbidden": "unknown key; `semblance config schema` lists those there are",
    "tuple_type": _LIST,
    "list_type": _LIST,
    "dict_type": _KEYS,
    "model_type": _KEYS,
    "model_attributes_type": _KEYS,
}
"""By pydantic's kind of mistake, where its own words are those of a programmer."""
_COMMAND = "must be a list: the program and its arguments, each by itself"


def mistakes(error: ValidationError, skip: int = 0) -> list[str]:
    """A line for each, with its path but for the first `skip` parts of it."""
    whole = "the rule" if skip else "settings"
    return [_mistake(item["loc"][skip:], item["type"], item["msg"], whole) for item in error.errors()]


def first_repeated(names: Sequence[str]) -> tuple[int, str] | None:
    """The first that was there before, with its place."""
    return next(((index, name) for index, name in enumerate(names) if name in names[:index]), None)


def path_of(location: tuple[int | str, ...]) -> str:
    """Where it stands, as one writes it: `streams[0].id`."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path


def _mistake(location: tuple[int | str, ...], kind: str, message: str, whole: str) -> str:
    message = _PLAINLY.get(kind, message.removeprefix("Value error, "))
    if message == _LIST and location[-1:] == ("command",):
        message = _COMMAND
    separator = "" if message.startswith("[") else ": "
    return f"{path_of(location) or whole}{separator}{message}"
