"""The settings of what is remembered beyond the service's memory."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr

from semblance.part import Part


class Keep(Part):
    """For how many days each kind is kept; summaries and deliveries of 0 days are not recorded at all."""

    summaries: Annotated[float, Field(ge=0, le=36500)] = 30
    events: Annotated[float, Field(gt=0, le=36500)] = 365
    markers: Annotated[float, Field(gt=0, le=36500)] = 365
    deliveries: Annotated[float, Field(ge=0, le=36500)] = 30


class History(Part):
    """Where summaries, events, markers and deliveries are kept, and for how long."""

    url: Annotated[
        SecretStr | None,
        Field(description="A file's path, sqlite:///... or postgresql://...; else in the state folder."),
    ] = None
    keep: Keep = Keep()
