"""The settings of what is remembered beyond the service's memory."""

from __future__ import annotations

from typing import Annotated

from platformdirs import user_state_path
from pydantic import Field, SecretStr, field_validator

from semblance.part import Part
from web.history import keep

_USUAL = keep.Keep()


class Keep(Part):
    """For how many days each kind is kept; summaries and deliveries of 0 days are not recorded at all."""

    summaries: Annotated[float, Field(ge=0, le=36500)] = _USUAL.summaries
    events: Annotated[float, Field(gt=0, le=36500)] = _USUAL.events
    markers: Annotated[float, Field(gt=0, le=36500)] = _USUAL.markers
    deliveries: Annotated[float, Field(ge=0, le=36500)] = _USUAL.deliveries

    def options(self) -> keep.Keep:
        """The same, in the words of the web package."""
        return keep.Keep(**self.model_dump())


class History(Part):
    """Where summaries, events, markers and deliveries are kept, and for how long."""

    url: Annotated[
        SecretStr | None,
        Field(description="A file's path, sqlite:///... or postgresql://...; else in the state folder."),
    ] = None
    keep: Keep = Keep()

    @field_validator("url")
    @classmethod
    def _can_be_found(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            from web.history.location import locate  # brings the database's library

            locate(url.get_secret_value())
        return url

    def address(self) -> str:
        """Where the history is, password and all: a secret."""
        if self.url is not None:
            return self.url.get_secret_value()
        return str(user_state_path("semblance") / "history.db")
