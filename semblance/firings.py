"""What rules have made so far: how often each fired, and what has started and not ended."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregation.event import Event


class Counted(NamedTuple):
    """What events are counted by."""

    stream: str
    rule: str
    name: str


class Firings:
    """Bounded by the streams and rules there are (and, of a rule that looks at each face, by the faces)."""

    def __init__(self) -> None:
        self.counts: Counter[Counted] = Counter()
        self._open: dict[str, Event] = {}

    def add(self, event: Event) -> None:
        """Counts an event that a rule has just made."""
        if event.stream is None or event.rule is None:
            return
        self.counts[Counted(event.stream, event.rule, event.name)] += 1
        self.follow(event)

    def follow(self, event: Event) -> None:
        """Takes an event for what it began or ended alone: it was counted in an earlier life."""
        if event.phase == "started":
            self._open[event.id] = event
        elif event.phase == "ended" and event.started is not None:
            self._open.pop(event.started, None)

    def active(self, rule: str) -> Sequence[Event]:
        """What this rule began and has not ended, oldest first."""
        return [event for event in self._open.values() if event.rule == rule]

    def of_rule(self, rule: str) -> Mapping[str, int]:
        """How many events of each name this rule has made since the start of the service."""
        counts: Counter[str] = Counter()
        for counted, count in self.counts.items():
            if counted.rule == rule:
                counts[counted.name] += count
        return counts

    def forget_stream(self, stream: str) -> None:
        self._keep([counted for counted in self.counts if counted.stream != stream])

    def forget_rules(self, there_are: frozenset[str]) -> None:
        """Only these rules are left."""
        self._keep([counted for counted in self.counts if counted.rule in there_are])

    def _keep(self, wanted: Sequence[Counted]) -> None:
        self.counts = Counter({counted: self.counts[counted] for counted in wanted})
