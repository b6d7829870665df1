"""The author of the events of one rule about one stream or group, or one face in it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from aggregation import microseconds
from aggregation.event import Event
from aggregation.rules.identity import event_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregation.event import Evidence, Phase, Value
    from aggregation.rules.definition import Rule

ENDS = {
    "emotion.threshold.started": "emotion.threshold.ended",
    "faces.present.started": "faces.present.ended",
    "stream.lost": "stream.back",
}
"""What the end of each beginning is called."""

_ELSEWHERE = {"id", "enabled", "streams", "groups", "window"}
"""Fields of a rule that say nothing of how it decides; the window is named beside them."""

MOST = 2048
"""Rules of which what is the same everywhere is remembered."""

_NOTHING: Mapping[str, object] = {}


class Moment(NamedTuple):
    """A time in microseconds, and the sequence of the stream's newest summary then."""

    at: int
    sequence: int


class Author:
    """Writes with the rule's numbers, its window and what kind of thing it looks at (`details`).

    `definition` is how the rule decides: of two rules with the same, one can go on where the other was.
    """

    def __init__(self, stream: str, rule: Rule, window: str | None, track: int | None = None) -> None:
        self._stream = stream
        self._rule = rule.id
        self._window = window
        self._track = track
        self.definition, self._thresholds, self._details = _of_rule(rule)

    def begin(
        self,
        name: str,
        phase: Phase,
        moment: Moment,
        before: Value,
        after: Value,
        evidence: Sequence[Evidence] = (),
        *,
        duration: float | None = None,
        details: Mapping[str, object] = _NOTHING,
    ) -> Event:
        """Something began, or is another now."""
        return Event(
            id=event_id(
                self._rule,
                self.definition,
                self._stream,
                self._window,
                name,
                self._track,
                *moment,
                before,
                after,
            ),
            stream=self._stream,
            rule=self._rule,
            name=name,
            phase=phase,
            at=microseconds.to_seconds(moment.at),
            sequence=moment.sequence,
            before=before,
            after=after,
            window=self._window,
            track=self._track,
            duration=duration,
            thresholds=self._thresholds,
            evidence=tuple(evidence),
            details={**self._details, **details},
        )

    def wrote(self, event: Event) -> bool:
        """Whether the rule was already this one when it made the event, as far as the event tells."""
        return (
            (event.rule, event.window, event.track) == (self._rule, self._window, self._track)
            and event.thresholds == self._thresholds
            and all(event.details.get(name) == value for name, value in self._details.items())
        )


class _OfRule(NamedTuple):
    """What is the same of a rule wherever it is at work."""

    decision: str
    thresholds: Mapping[str, float]
    details: Mapping[str, object]


def decision(rule: Rule) -> str:
    """How a rule decides, as text; what is as usual is left out, so that a new option changes no id."""
    return _of_rule(rule).decision


@lru_cache(MOST)
def _of_rule(rule: Rule) -> _OfRule:
    """Worked out once, and not for each stream that it is for."""
    numbers = rule.model_dump(exclude=_ELSEWHERE)
    return _OfRule(
        decision=f"{rule.type} {rule.model_dump_json(exclude=_ELSEWHERE, exclude_defaults=True)}",
        thresholds={name: each for name, each in numbers.items() if isinstance(each, int | float)},
        details=_kind(numbers),
    )


def closing(
    started: Event,
    moment: Moment,
    before: Value,
    after: Value,
    evidence: Sequence[Evidence] = (),
    *,
    reason: str | None = None,
    began: int | None = None,
) -> Event:
    """The end of what `started`; `began` is since when it counts where that is not when it fired."""
    name = ENDS[started.name]
    since = microseconds.from_seconds(started.at) if began is None else began
    return Event(
        id=event_id(started.id, name, *moment, before, after, reason),
        stream=started.stream,
        rule=started.rule,
        name=name,
        phase="ended",
        at=microseconds.to_seconds(moment.at),
        sequence=moment.sequence,
        before=before,
        after=after,
        window=started.window,
        track=started.track,
        started=started.id,
        duration=max(0.0, microseconds.to_seconds(moment.at - since)),
        reason=reason,
        thresholds=started.thresholds,
        evidence=tuple(evidence),
        details=_kind(started.details),
    )


def _kind(numbers: Mapping[str, object]) -> dict[str, object]:
    """What kind of thing was looked at."""
    return {name: numbers[name] for name in ("emotion", "measure") if name in numbers}
