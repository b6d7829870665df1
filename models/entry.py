"""The values of a JSON object, each taken out as the kind it must be.

All raise `KeyError` where the key is missing and no usual value is given, `TypeError` or `ValueError` with a
clause that begins with the key and says what it holds where the value is another.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING

from models.printable import is_printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST = 120
_NO_LIMITS = -math.inf, math.inf


@contextmanager
def inside(name: str) -> Iterator[None]:
    """Puts the object's name before the keys that the clauses begin with."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name}.{error}") from None


def table(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{name} must be a JSON object, not {shown(value)}")
    for key in value:
        if not is_printable(key):
            raise ValueError(f"{name} has a key with unprintable characters, {shown(key)}")
    return value


def text(entry: Mapping[str, object], key: str, usual: str | None = None) -> str:
    value = _value(entry, key, usual)
    if not isinstance(value, str) or (not value and usual is None):
        raise TypeError(f"{key} must be a text, not {shown(value)}")
    _check_printable(key, value)
    return value


def texts(entry: Mapping[str, object], key: str, usual: tuple[str, ...] | None = None) -> tuple[str, ...]:
    value = _value(entry, key, None if usual is None else list(usual))
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError(f"{key} must be a list of texts, not {shown(value)}")
    for item in value:
        _check_printable(key, item)
    return tuple(value)


def flag(entry: Mapping[str, object], key: str) -> bool:
    """False where it is left out."""
    value = entry.get(key, False)
    if not isinstance(value, bool):
        raise TypeError(f"{key} must be true or false, not {shown(value)}")
    return value


def number(
    entry: Mapping[str, object],
    key: str,
    usual: float | None = None,
    limits: tuple[float, float] = _NO_LIMITS,
) -> float:
    value = _value(entry, key, usual)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{key} must be a number, not {shown(value)}")
    return _within(key, value, limits)


def numbers(
    entry: Mapping[str, object], key: str, limits: tuple[float, float] = _NO_LIMITS
) -> tuple[float, ...]:
    """One number, or a list of them."""
    value = entry[key]
    if not isinstance(value, list):
        return (number(entry, key, limits=limits),)
    if not value or any(isinstance(item, bool) or not isinstance(item, int | float) for item in value):
        raise TypeError(f"{key} must be a number or a list of numbers, not {shown(value)}")
    return tuple(_within(key, item, limits) for item in value)


def whole(entry: Mapping[str, object], key: str, most: int | None = None) -> int | None:
    """A whole number from 1 up; `None` where it is left out."""
    value = entry.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1 or (most and value > most):
        upper = f" to {most}" if most else " up"
        raise TypeError(f"{key} must be a whole number from 1{upper}, not {shown(value)}")
    return value


def shown(value: object) -> str:
    """As it would be written, and not endless."""
    written = repr(value)
    return written if len(written) <= _LONGEST else f"{written[:_LONGEST]}..."


def _value(entry: Mapping[str, object], key: str, usual: object) -> object:
    return entry[key] if usual is None else entry.get(key, usual)


def _check_printable(key: str, value: str) -> None:
    if not is_printable(value):
        raise ValueError(f"{key} has unprintable characters: {shown(value)}")


def _within(key: str, value: float, limits: tuple[float, float]) -> float:
    try:
        found = float(value)
    except OverflowError:  # JSON's whole numbers may have any length
        found = math.inf
    if not math.isfinite(found):
        raise ValueError(f"{key} must be a finite number, not {shown(value)}")
    least, most = limits
    if not least <= found <= most:
        upper = f" to {most:g}" if math.isfinite(most) else " up"
        raise ValueError(f"{key} must be from {least:g}{upper}, not {shown(value)}")
    return found
