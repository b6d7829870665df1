"""The documents of rules, as the OpenAPI page describes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import ConfigDict, Field

from aggregation.rules.definition import RULE
from web.declared import Declared  # noqa: TC001 - pydantic reads the annotation
from web.documents import Document
from web.messages import event_json

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


class RuleDocument(Document):
    """A rule with all its fields, and how it fares."""

    model_config = ConfigDict(extra="allow")

    id: str
    type: str
    declared: Annotated[
        Declared,
        Field(description="In the file: changed or removed until the next start. Over REST: for good."),
    ]
    active: Annotated[
        list[dict[str, Any]], Field(description="The events that began what has not ended yet.")
    ]
    counts: Annotated[dict[str, int], Field(description="Events since the service started, by name.")]


class RulesDocument(Document):
    rules: list[RuleDocument]


def rule_document(view: RuleView) -> RuleDocument:
    return RuleDocument(
        **RULE.dump_python(view.rule, mode="json"),
        declared=view.declared,
        active=[event_json(event) for event in view.active],
        counts=dict(view.counts),
    )
