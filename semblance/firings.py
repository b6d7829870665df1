"""What rules have made so far: how often each fired, and what has started and not ended."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aggregation.event import Event


class Counted(NamedTuple):
    """What events are counted by."""

    stream: str
    rule: str
    name: str


class Firings:
    """Bounded by the streams and rules there are (and, of a rule that looks at each face, by the faces).

    By rule, so that what there is of all rules is told in one pass.
    """

    def __init__(self) -> None:
        self._counts: dict[str, dict[str, Counter[str]]] = {}
        """By rule, name and stream."""
        self._open: dict[str, dict[str, Event]] = {}
        """By rule and id."""

    def add(self, event: Event) -> None:
        """Counts an event that a rule has just made."""
        if event.stream is None or event.rule is None:
            return
        self._counts.setdefault(event.rule, {}).setdefault(event.name, Counter())[event.stream] += 1
        self.follow(event)

    def follow(self, event: Event) -> None:
        """Takes an event for what it began or ended alone: it was counted in an earlier life."""
        if event.rule is None:
            return
        begun = self._open.setdefault(event.rule, {})
        if event.phase == "started":
            begun[event.id] = event
        elif event.phase == "ended" and event.started is not None:
            begun.pop(event.started, None)

    def active(self, rule: str) -> Sequence[Event]:
        """What this rule began and has not ended, oldest first."""
        return tuple(self._open.get(rule, {}).values())

    def of_rule(self, rule: str) -> Mapping[str, int]:
        """How many events of each name this rule has made since the start of the service."""
        return {name: streams.total() for name, streams in self._counts.get(rule, {}).items() if streams}

    def counts(self) -> Iterator[tuple[Counted, int]]:
        """How many events each rule has made of each stream and name, in order."""
        for rule, names in sorted(self._counts.items()):
            for name, streams in sorted(names.items()):
                for stream, count in sorted(streams.items()):
                    yield Counted(stream, rule, name), count

    def forget_stream(self, stream: str) -> None:
        for names in self._counts.values():
            for streams in names.values():
                streams.pop(stream, None)

    def forget_rules(self, there_are: frozenset[str]) -> None:
        """Only these rules are left."""
        for rule in self._counts.keys() - there_are:
            del self._counts[rule]
        for rule in self._open.keys() - there_are:
            del self._open[rule]
