"""The values of a JSON object, each taken out as the kind it must be.

All raise `KeyError` where the key is missing and no usual value is given, `TypeError` or `ValueError` with a
clause that names the key and what it holds where the value is of another kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def table(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{name} must be a JSON object, not {value!r}")
    return value


def text(entry: Mapping[str, object], key: str, usual: str | None = None) -> str:
    value = _value(entry, key, usual)
    if not isinstance(value, str) or (not value and usual is None):
        raise TypeError(f"{key} must be a text, not {value!r}")
    return value


def texts(entry: Mapping[str, object], key: str, usual: tuple[str, ...] | None = None) -> tuple[str, ...]:
    value = _value(entry, key, None if usual is None else list(usual))
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError(f"{key} must be a list of texts, not {value!r}")
    return tuple(value)


def flag(entry: Mapping[str, object], key: str) -> bool:
    """False where it is left out."""
    value = entry.get(key, False)
    if not isinstance(value, bool):
        raise TypeError(f"{key} must be true or false, not {value!r}")
    return value


def number(entry: Mapping[str, object], key: str, usual: float | None = None) -> float:
    value = _value(entry, key, usual)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{key} must be a number, not {value!r}")
    return float(value)


def numbers(entry: Mapping[str, object], key: str) -> tuple[float, ...]:
    """One number, or a list of them."""
    value = entry[key]
    if not isinstance(value, list):
        return (number(entry, key),)
    if not value or any(isinstance(item, bool) or not isinstance(item, int | float) for item in value):
        raise TypeError(f"{key} must be a number or a list of numbers, not {value!r}")
    return tuple(float(item) for item in value)


def whole(entry: Mapping[str, object], key: str) -> int | None:
    """A whole number from 1 up; `None` where it is left out."""
    value = entry.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise TypeError(f"{key} must be a whole number from 1 up, not {value!r}")
    return value


def _value(entry: Mapping[str, object], key: str, usual: object) -> object:
    return entry[key] if usual is None else entry.get(key, usual)
