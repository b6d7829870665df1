"""What a service says on its live WebSocket, as far as `watch` has a use for it."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads it
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from models.printable import printable

Words: TypeAlias = Annotated[str, AfterValidator(printable)]
"""Text of others on its way to a terminal: nothing in it that a terminal would obey."""

Scores: TypeAlias = dict[Words, float]


class Message(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class WindowInfo(Message):
    """A window the service makes; seconds."""

    name: Words
    length: float
    interval: float


class SessionLimits(Message):
    windows: tuple[WindowInfo, ...] = ()


class Session(Message):
    type: Literal["session"]
    version: int
    limits: SessionLimits = SessionLimits()


class Summary(Message):
    """The scores of one window; no scores where no face could be read."""

    type: Literal["summary"]
    stream: Words
    window: Words
    sequence: int
    end: datetime
    tracks: int
    coverage: float
    means: Annotated[Scores | None, Field(alias="windowMeanScores")]
    shares: Annotated[Scores | None, Field(alias="windowFaceDistribution")]
    dominant: Words | None


class Reason(Message):
    code: Words
    message: Words


class Status(Message):
    """The state a stream is in, why, and since when."""

    type: Literal["status"]
    stream: Words
    state: Words
    error: Reason | None
    since: datetime | None = None
    removed: bool = False


class RuleEvent(Message):
    """What a rule made of a stream, or the service of itself: then there is no stream."""

    type: Literal["event"]
    id: str
    stream: Words | None
    rule: Words | None
    name: Words
    phase: Words
    at: datetime
    sequence: int
    before: int | float | Words | None
    after: int | float | Words | None
    duration: float | None = None
    reason: Words | None = None


class Gap(Message):
    """Summaries of one window that will not be sent, from the first sequence to the last; or events."""

    type: Literal["gap"]
    stream: Words
    window: Words | None = ""


class Refusal(Message):
    """The service's answer to something it does not follow."""

    type: Literal["error"]
    code: Words
    message: Words


Known: TypeAlias = Session | Summary | RuleEvent | Status | Gap | Refusal
_KNOWN: TypeAdapter[Known] = TypeAdapter(Annotated[Known, Field(discriminator="type")])
_TYPES = ("session", "summary", "event", "status", "gap", "error")


class UnreadableError(Exception):
    """A message that no Semblance service would send."""


def read(document: Any) -> Known | None:
    """The message in a JSON document; `None` for a kind that `watch` has no use for.

    Raises `UnreadableError`.
    """
    kind = document.get("type") if isinstance(document, dict) else None
    if not isinstance(kind, str):
        raise UnreadableError("it sends messages without a type")
    if kind not in _TYPES:
        return None
    try:
        return _KNOWN.validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"][1:])
        raise UnreadableError(f"its {kind} messages are of another kind ({field}: {first['msg']})") from None
