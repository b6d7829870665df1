"""The rules and groups that a service has or would have, as a command finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from aggregation.rules.definition import DEFAULT_RULES, RULE
from semblance.book import Entry
from semblance.stored import stored
from web.group import Group, UnfitGroupError, check_group

if TYPE_CHECKING:
    from aggregation.rules.definition import Rule
    from semblance.settings import Settings


def declared_rules(settings: Settings) -> dict[str, Entry[Rule]]:
    """By id, as the service has them when it starts. Raises `Failure` where what is stored cannot be read."""
    entries: dict[str, Entry[Rule]] = {rule.id: Entry(rule, "default") for rule in DEFAULT_RULES}
    entries |= {rule.id: Entry(rule, "api") for rule in stored(settings, "rule", RULE)}
    entries |= {rule.id: Entry(rule, "file") for rule in settings.rules}
    return entries


def declared_groups(settings: Settings) -> dict[str, Group]:
    """Likewise. Where nothing says that an id was a group's, what is recorded of it counts as a stream's."""
    groups = {group.id: group for group in settings.groups}
    streams = {spec.id for spec in settings.streams}
    for group in stored(settings, "group", TypeAdapter(Group)):
        if group.id not in groups and _fits(group, streams, groups):
            groups[group.id] = group
    return groups


def _fits(group: Group, streams: set[str], groups: dict[str, Group]) -> bool:
    try:
        check_group(group, streams, groups.values())
    except UnfitGroupError:
        return False
    return True
