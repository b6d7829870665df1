"""A group of streams, as configured or posted: a room of several cameras, say."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from stream.spec import StreamId  # noqa: TC001 - pydantic reads the annotation


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
