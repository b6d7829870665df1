"""A group of streams, as configured or posted: a room of several cameras, say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from stream.spec import StreamId  # noqa: TC001 - pydantic reads the annotation

if TYPE_CHECKING:
    from collections.abc import Container, Iterable


class UnfitGroupError(ValueError):
    """A group that cannot be beside what is there; `location` is where the mistake stands in it."""

    def __init__(self, message: str, *location: str | int) -> None:
        super().__init__(message)
        self.location = location


class Group(BaseModel):
    """Its streams' windows are pooled into windows of its own. A stream that is not there sees nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: StreamId
    streams: Annotated[tuple[StreamId, ...], Field(min_length=1, max_length=100)]

    @field_validator("streams")
    @classmethod
    def _differ(cls, streams: tuple[str, ...]) -> tuple[str, ...]:
        for index, stream in enumerate(streams):
            if stream in streams[:index]:
                raise ValueError(f"[{index}]: the stream {stream!r} is there already")
        return streams


def check_group(group: Group, streams: Container[str], groups: Iterable[Group]) -> None:
    """What is said of a group and of a stream is told apart by the id alone, and a group holds no groups.

    `groups` are the others (itself may be among them). Raises `UnfitGroupError`.
    """
    if group.id in streams:
        raise UnfitGroupError(f"{group.id!r} is the id of a stream; a group needs one of its own.", "id")
    others = [other for other in groups if other.id != group.id]
    for other in others:
        if group.id in other.streams:
            raise UnfitGroupError(
                f"{group.id!r} is among the streams of the group {other.id!r}; a group is made of streams.",
                "id",
            )
    ids = {group.id, *(other.id for other in others)}
    for index, stream in enumerate(group.streams):
        if stream in ids:
            raise UnfitGroupError(f"{stream!r} is a group; a group is made of streams.", "streams", index)
