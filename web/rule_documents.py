"""The documents of rules, as the OpenAPI page describes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field, RootModel

from aggregation.rules.definition import RULE, ConnectionRule, DominantRule, PresenceRule, ThresholdRule
from web.declared import Declared  # noqa: TC001 - pydantic reads the annotation
from web.documents import Document
from web.messages import utc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregation.event import Event
    from aggregation.rules.definition import Rule


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule as the API shows it: what it began and has not ended; its events since the start by name."""

    rule: Rule
    declared: Declared
    active: Sequence[Event]
    counts: Mapping[str, int]


class FiringDocument(Document):
    """What goes on, in short: the event that began it is at `/api/v1/events/{id}`."""

    id: str
    stream: str
    track: Annotated[int | None, Field(description="Of a rule that looks at each face: which.")]
    since: str
    value: Annotated[float | str | None, Field(description="What it began with.")]


class _Fares(BaseModel):
    """How a rule fares."""

    declared: Annotated[
        Declared,
        Field(description="In the file: changed or removed until the next start. Over REST: for good."),
    ]
    active: Annotated[list[FiringDocument], Field(description="What it began and has not ended yet.")]
    counts: Annotated[dict[str, int], Field(description="Events since the service started, by name.")]


class DominantRuleDocument(DominantRule, _Fares):
    """A rule of the dominant emotion, and how it fares."""


class ThresholdRuleDocument(ThresholdRule, _Fares):
    """A rule of an emotion's score, and how it fares."""


class PresenceRuleDocument(PresenceRule, _Fares):
    """A rule of the faces that are there, and how it fares."""


class ConnectionRuleDocument(ConnectionRule, _Fares):
    """A rule of streams that are lost, and how it fares."""


class RuleDocument(
    RootModel[
        Annotated[
            DominantRuleDocument | ThresholdRuleDocument | PresenceRuleDocument | ConnectionRuleDocument,
            Field(discriminator="type"),
        ]
    ]
):
    """A rule with all its fields, and how it fares."""


class RulesDocument(Document):
    rules: list[RuleDocument]


def rule_json(view: RuleView) -> dict[str, object]:
    """A `RuleDocument`."""
    return {
        **RULE.dump_python(view.rule, mode="json"),
        "declared": view.declared,
        "active": [_firing_json(event) for event in view.active],
        "counts": dict(view.counts),
    }


def _firing_json(event: Event) -> dict[str, object]:
    return {
        "id": event.id,
        "stream": event.stream,
        "track": event.track,
        "since": utc(event.at),
        "value": round(event.after, 4) if isinstance(event.after, float) else event.after,
    }
