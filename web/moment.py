"""A moment as requests say it: with its time zone, and in years that mean something."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, AwareDatetime

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9998, 12, 31, tzinfo=UTC)
"""A year short of the last there is, so that no time zone and no window reaches over it."""


def _is_of_our_times(moment: datetime) -> datetime:
    if not EARLIEST <= moment <= LATEST:
        raise ValueError("A time is from 1970 to 9998")
    return moment


Moment: TypeAlias = Annotated[AwareDatetime, AfterValidator(_is_of_our_times)]
