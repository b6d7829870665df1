"""What may be said of a new marker, and asked of those there are."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from stream.spec import StreamId  # noqa: TC001 - pydantic reads the annotation
from web.history.marker_log import MarkerFilter
from web.log_question import LogQuestion
from web.moment import Moment  # noqa: TC001 - pydantic reads the annotation
from web.problems import FieldError

FARTHEST = 86400.0
"""Seconds that a marker may be ahead of the clock: what is planned, but no mistake in the year."""

_LONGEST_SIDE = 900
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that turn the direction of what is around them."""


def _can_be_shown(text: str) -> str:
    text = text.strip()
    if not text:
        raise ValueError("A label needs a letter at least")
    if any(letter in _TURNING or unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in text):
        raise ValueError("A label is one line without control characters")
    return text


Label = Annotated[str, Field(max_length=200), AfterValidator(_can_be_shown)]


class NewMarker(BaseModel):
    """A moment and its name; of all streams where none is said, and of now where no time is."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    label: Label
    stream: StreamId | None = None
    at: Annotated[Moment | None, Field(description="A day ahead at most; now if left out.")] = None

    def time(self, now: float) -> float:
        """In UTC seconds. Raises `FieldError`."""
        if self.at is None:
            return now
        at = self.at.timestamp()
        if at > now + FARTHEST:
            raise FieldError("at", f"{self.at.isoformat()} is more than a day ahead.")
        return at


class MarkerQuestion(LogQuestion):
    """The parameters of the list of markers."""

    stream: Annotated[StreamId | None, Field(description="Those of it and those of all streams.")] = None
    label: Annotated[Label | None, Field(description="Those of exactly this label.")] = None

    def filter(self) -> MarkerFilter:
        since, until = self.range()
        return MarkerFilter(self.stream, self.label, since, until)


class SidesQuestion(BaseModel):
    """The parameters of scores around markers; `before` and `after` in seconds."""

    stream: Annotated[StreamId | None, Field(description="The marker's own unless given.")] = None
    window: Annotated[str | None, Field(description="The first configured one if left out.")] = None
    before: Annotated[float, Field(gt=0, le=_LONGEST_SIDE)] = 10.0
    after: Annotated[float, Field(gt=0, le=_LONGEST_SIDE)] = 10.0

    def check(self, window: str, length: float) -> None:
        """That a window fits into each side. Raises `FieldError`."""
        for name, seconds in (("before", self.before), ("after", self.after)):
            if seconds < length:
                raise FieldError(
                    name, f"No window {window!r} of {length:g} s fits into {seconds:g} s; ask for more."
                )


class LabelQuestion(SidesQuestion):
    """The parameters of scores around all markers of a label."""

    label: Label
    limit: Annotated[int, Field(ge=1, le=200, description="The newest ones.")] = 100
