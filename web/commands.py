"""What a client may say over the live WebSocket."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, ValidationError

from stream.spec import StreamId

MAX_NAMES = 256
"""Streams a connection may name, in one message and in all its subscriptions together."""

MAX_SEQUENCE = 2**53 - 1
MAX_FPS = 1000.0

_Names: TypeAlias = Annotated[list[StreamId], Field(min_length=1, max_length=MAX_NAMES)]
_Words: TypeAlias = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=64)]], Field(min_length=1, max_length=32)
]
_Sequence: TypeAlias = Annotated[int, Field(ge=0, le=MAX_SEQUENCE, strict=True)]


class Authenticate(BaseModel):
    """The token, from a program that cannot send a header."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["authenticate"]
    token: SecretStr


class Subscribe(BaseModel):
    """Add to what is sent. `resume` holds the last sequence the client has of a stream; its events may come
    again. `windows` choose among summaries: an event comes whatever window it looked at.

    `previewFps` is how many pictures a second of each of these streams the client wants at most; without it
    it gets as many as the service makes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["subscribe"]
    streams: Literal["*"] | _Names = "*"
    messages: _Words = ["summary", "status"]
    windows: Literal["*"] | _Words = "*"
    preview_fps: Annotated[
        float | None, Field(alias="previewFps", gt=0, le=MAX_FPS, strict=True, allow_inf_nan=False)
    ] = None
    resume: Annotated[dict[StreamId, _Sequence], Field(max_length=MAX_NAMES)] = {}


class Unsubscribe(BaseModel):
    """Take back from what is sent; without any field, everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["unsubscribe"]
    streams: Literal["*"] | _Names = "*"
    messages: _Words | None = None
    windows: Literal["*"] | _Words = "*"


Command: TypeAlias = Authenticate | Subscribe | Unsubscribe
_COMMAND: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Field(discriminator="type")])


class RefusedCommandError(Exception):
    """A message that cannot be followed; `code` for programs, the text for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def parse(text: str) -> Command:
    """Raises `RefusedCommandError`."""
    try:
        return _COMMAND.validate_json(text)
    except ValidationError as error:
        raise _refusal(error) from None


def _refusal(error: ValidationError) -> RefusedCommandError:
    """The first mistake as a sentence. What the client sent is not repeated: it may hold a token."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    # The first part of the place is the type of the message, and a union adds its own parts.
    field = next((str(part) for part in first["loc"][1:]), "")[:64]
    match first["type"]:
        case "json_invalid":
            return RefusedCommandError("invalidJson", "This message is not JSON.")
        case "union_tag_not_found" | "union_tag_invalid" | "model_attributes_type" | "dict_type" if not field:
            return RefusedCommandError(
                "unknownType", "A message is an object with the type authenticate, subscribe or unsubscribe."
            )
        case "extra_forbidden":
            return RefusedCommandError("unknownField", f"A {first['loc'][0]} message has no field {field!r}.")
        case "missing":
            return RefusedCommandError("invalidField", f"The field {field!r} is missing.")
        case _:
            return RefusedCommandError("invalidField", f"The field {field!r} is wrong: {first['msg']}.")
