"""A hook: somewhere that events go, what it asks for, and what is asked of whoever delivers to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, Self, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aggregation.event import Event

HookKind: TypeAlias = Literal["webhook", "command", "python", "mqtt"]

Result: TypeAlias = Literal["delivered", "failed", "refused"]
"""It arrived; it did not, and may be tried again; it never will: the hook is to be disabled (HTTP 410)."""

TEST = "hook.test"
"""The name of the event that a test delivery carries; it is in no log of events."""

DISABLE_AFTER = 5 * 86_400.0
"""Seconds of failing after which a hook gets nothing more."""

DISABLED = "hook.disabled"
"""The name of the event that tells that a hook gets no more events."""


@dataclass(frozen=True, slots=True)
class HookFilter:
    """Which events a hook wants, by the ids of rules and of streams or groups; `None` is "*": all.

    An event without stream or rule (one of the service itself) goes to hooks that name none of that kind.
    """

    rules: frozenset[str] | None = None
    streams: frozenset[str] | None = None

    @classmethod
    def of(cls, rules: Iterable[str] | None, streams: Iterable[str] | None) -> Self:
        """Of lists as they are configured, sent or stored."""
        return cls(
            None if rules is None else frozenset(rules), None if streams is None else frozenset(streams)
        )

    def wants(self, event: Event) -> bool:
        return (self.rules is None or event.rule in self.rules) and (
            self.streams is None or event.stream in self.streams
        )


EVERYTHING = HookFilter()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to bring one event to one hook.

    `event_id` is the same over all attempts and restarts: who gets it twice knows it by that. `document` is
    the whole event as `web.messages.event_json` writes it, as text. `attempt` counts from 1; one ahead of the
    schedule has the number of the next that is not. `stream` is `None` for an event of the service itself.
    `at` is when the rule fired, in UTC seconds.
    """

    event_id: str
    document: str
    attempt: int
    stream: str | None
    name: str
    at: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt; it is shown in the log of deliveries, so it must hold no secret.

    `status` is a number where there is one (of HTTP, or a command's exit), `error` a sentence unless it was
    delivered, `answer` the first characters of what came back. `retry_after` is for how many seconds nothing
    at all may be sent to this hook, where it asked for that.
    """

    result: Result
    status: int | None = None
    error: str | None = None
    answer: str | None = None
    retry_after: float | None = None


class Deliverer(Protocol):
    """Brings events to one place."""

    async def deliver(self, delivery: Delivery) -> Outcome:
        """Returns when the other side has taken the event, or has not.

        Called for several streams at once, up to the hook's `concurrency`, but never for two events of one
        stream at once. Must not block the event loop. Limits its own time and says so in the outcome; it is
        cancelled (and it failed) when it takes longer than the hook's `timeout`, and also when the service
        ends: then the same event comes again after the next start. What it raises counts as failed.
        """
        ...


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to try again, in seconds after each failed attempt.

    Each wait is made longer by a random share of itself, up to `jitter`, so that hooks which failed together
    do not come back together. With `repeats` the last wait is used again and again, until the event is too
    old; else the attempts are used up after it.
    """

    delays: tuple[float, ...]
    jitter: float = 0.1
    repeats: bool = False

    @property
    def longest(self) -> float:
        """Seconds that nothing waits longer than."""
        return max(self.delays, default=0.0) * (1 + self.jitter)

    def after(self, attempt: int, chance: Callable[[], float]) -> float | None:
        """The seconds to wait when attempt number `attempt` (from 1) failed; `None`: it was the last.

        `chance` yields numbers from 0 to 1.
        """
        if attempt > len(self.delays) and not (self.repeats and self.delays):
            return None
        return self.delays[min(attempt, len(self.delays)) - 1] * (1 + self.jitter * chance())


@dataclass(frozen=True, slots=True)
class Hook:
    """Somewhere that events go.

    `target` is where, as it may be shown: without credentials. An event older than `max_age` seconds is not
    sent any more. At most `concurrency` events are on their way at once, each of another stream, each for at
    most `timeout` seconds. With `enabled` false it was switched off by whoever configured it. One that
    `may_be_disabled` is when it has been failing for days; being refused for good disables every hook.
    """

    id: str
    kind: HookKind
    target: str
    filter: HookFilter
    schedule: Schedule
    deliverer: Deliverer
    max_age: float = 3600.0
    concurrency: int = 1
    timeout: float = 30.0
    enabled: bool = True
    may_be_disabled: bool = True
