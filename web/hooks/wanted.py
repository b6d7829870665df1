"""What may be said of a hook wherever one is declared: its id, its limits, and which events it wants."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import AfterValidator, Field, SecretStr, WithJsonSchema, WrapValidator

from stream.identifier import Id
from web.hooks.secret import check_secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic.config import JsonDict

_TAKEN = re.compile(r"mqtt|python\..*")
_SHOWN = {"anyOf": [{"const": "*"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
_ALL: JsonDict = {"default": "*"}

LONGEST_AGE = 30 * 86_400.0


def _is_not_taken(text: str) -> str:
    if _TAKEN.fullmatch(text):
        raise ValueError(f"The id {text!r} is kept for hooks of that kind (mqtt, python.*); choose another")
    return text


def _all_or_some(value: object, check: Callable[[object], Any]) -> Any:
    """One message for both forms, at the field's own place."""
    if value == "*":
        return None
    if not isinstance(value, list | tuple) or not value:
        raise ValueError('Either "*" for all, or a list of ids')
    return check(value)


def _is_a_secret(secret: SecretStr) -> SecretStr:
    check_secret(secret.get_secret_value())
    return secret


HookId: TypeAlias = Annotated[Id, AfterValidator(_is_not_taken)]

SomeRules: TypeAlias = Annotated[
    Annotated[tuple[Id, ...], Field(max_length=100)] | None,
    WrapValidator(_all_or_some),
    WithJsonSchema(_SHOWN),
]
"""`None` for "*"."""

SomeStreams: TypeAlias = Annotated[
    Annotated[tuple[Id, ...], Field(max_length=1000)] | None,
    WrapValidator(_all_or_some),
    WithJsonSchema(_SHOWN),
]
"""Streams and groups; `None` for "*"."""

WantedRules: TypeAlias = Annotated[SomeRules, Field(json_schema_extra=_ALL)]
"""With `None` as the default, which is written "*"."""

WantedStreams: TypeAlias = Annotated[SomeStreams, Field(json_schema_extra=_ALL)]

SigningSecret: TypeAlias = Annotated[SecretStr, AfterValidator(_is_a_secret)]

MaxAge: TypeAlias = Annotated[
    float, Field(gt=0, le=LONGEST_AGE, description="Seconds after which an event is not sent any more.")
]
Concurrency: TypeAlias = Annotated[
    int, Field(ge=1, le=32, description="Events on their way at once, each of another stream.")
]
