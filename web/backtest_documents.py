"""The documents of back-tests, as the OpenAPI page describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from stream.spec import StreamId  # noqa: TC001 - pydantic reads the annotation
from web.checked_rule import CheckedRule  # noqa: TC001 - likewise
from web.documents import Document
from web.messages import event_json, utc
from web.moment import Moment  # noqa: TC001 - pydantic reads the annotation

if TYPE_CHECKING:
    from web.rehearsals import Rehearsed, Scene


class BacktestQuestion(BaseModel):
    """A rule, or the id of one there is, and what to try it on.

    Without a stream, group or streams it is tried on all those it is for of which anything is recorded.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, populate_by_name=True)

    rule: CheckedRule | None = None
    rule_id: Annotated[str | None, Field(alias="ruleId")] = None
    stream: StreamId | None = None
    group: StreamId | None = None
    streams: Annotated[tuple[StreamId, ...], Field(max_length=1000)] = ()
    since: Annotated[Moment | None, Field(description="A day before `until` if left out.")] = None
    until: Annotated[Moment | None, Field(description="Now if left out.")] = None
    limit: Annotated[int, Field(ge=1, le=10_000, description="Firings, at most.")] = 1000

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if (self.rule is None) == (self.rule_id is None):
            raise ValueError("give either `rule`, a rule, or `ruleId`, the id of one there is")
        return self

    @property
    def named(self) -> tuple[str, ...]:
        """The streams and groups that are named, each once."""
        one = [name for name in (self.stream, self.group) if name is not None]
        return tuple(dict.fromkeys([*one, *self.streams]))


class BacktestDocument(Document):
    """What the rule would have made: the events, as they would have been stored, stream by stream."""

    firings: list[dict[str, Any]]
    complete: Annotated[
        bool, Field(description="False where the limit, or a minute of work, ended it: there may be more.")
    ]
    streams: list[str]
    since: str
    until: str
    summaries: Annotated[int, Field(description="Summaries that were read.")]
    media_seconds: Annotated[float, Field(description="The time they stand for.")]
    wall_seconds: Annotated[float, Field(description="The time it took.")]
    speed: Annotated[float, Field(description="The former by the latter.")]


def backtest_document(scene: Scene, done: Rehearsed) -> BacktestDocument:
    return BacktestDocument(
        firings=[event_json(event) for event in done.events],
        complete=done.complete,
        streams=list(scene.streams),
        since=utc(scene.since),
        until=utc(scene.until),
        summaries=done.summaries,
        media_seconds=done.media_seconds,
        wall_seconds=round(done.wall_seconds, 4),
        speed=round(done.media_seconds / max(done.wall_seconds, 1e-6), 1),
    )
