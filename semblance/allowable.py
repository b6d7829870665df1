"""What settings list as reached though it is not on the public internet."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from web.outbound.allowed import read_allowed


def _can_be_allowed(entry: str) -> str:
    read_allowed((entry,))
    return entry


Allowable: TypeAlias = Annotated[str, AfterValidator(_can_be_allowed)]
