"""An event: what a rule made of the windows, readings or state of one stream or group."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Phase: TypeAlias = Literal["changed", "started", "ended"]
"""Of something that lasts: it is another now (the dominant emotion), it began, or it is over."""

Value: TypeAlias = float | str | None
"""What a rule looks at: a score or share, a number of faces, an emotion, a state; `None` for none."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One window, or one reading of a face, that a rule looked at.

    `end` is the window's end or the reading's time, in seconds of event time, `sequence` that of the summary
    or reading. `value` is what the rule compares, `lead` by how much a dominant emotion led the next, `faces`
    how many distinct ones there were.
    """

    end: float
    sequence: int
    value: Value
    faces: int
    coverage: float
    lead: float | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """`at` is when the rule fired, in seconds of event time (since the epoch when live).

    That is the end of the window that decided: what it tells of began a hold earlier.

    `id` follows from the rule and the readings alone: the same of both give the same id. `stream` is a stream
    or a group, `None` for an event of the service itself, which no `rule` made. `sequence` is that of the
    stream's newest summary when it fired; several events may share it. `duration` is for how long (seconds)
    what is over had lasted, `started` the id of the event that began it, and `reason` why it is over where
    no value decided that. `thresholds` are the rule's numbers by name (`enter`, `exit`, `margin`, `hold`),
    `evidence` is oldest first. `details` is what only this kind of event has.
    """

    id: str
    stream: str | None
    rule: str | None
    name: str
    phase: Phase
    at: float
    sequence: int
    before: Value
    after: Value
    window: str | None = None
    track: int | None = None
    started: str | None = None
    duration: float | None = None
    reason: str | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Marker:
    """A moment that somebody named; `at` in UTC seconds. With no `stream` it is one of all streams."""

    id: str
    stream: str | None
    at: float
    label: str
