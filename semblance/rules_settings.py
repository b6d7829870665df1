"""The settings of groups of streams, which rules look at as at one."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from semblance.part import Part
from stream.spec import StreamId  # noqa: TC001 - pydantic reads the annotation


class Group(Part):
    """Streams whose windows are pooled into windows of the group: a room of several cameras.

    A stream that is not there (yet) counts as one that sees nothing.
    """

    id: StreamId
    streams: Annotated[tuple[StreamId, ...], Field(min_length=1, max_length=100)]

    @field_validator("streams")
    @classmethod
    def _differ(cls, streams: tuple[str, ...]) -> tuple[str, ...]:
        for index, stream in enumerate(streams):
            if stream in streams[:index]:
                raise ValueError(f"[{index}]: the stream {stream!r} is there already")
        return streams
