"""The health of a hook: since when it has been failing, and whether that disabled it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from aggregation.microseconds import from_seconds, to_seconds
from web.history.schema import hook_states

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from web.hooks.hook import Outcome

PATIENCE = 3
"""Attempts that must have failed, not only days gone by: there may have been nothing to send."""

SILENCE = 2 * 86_400.0
"""Seconds; longer than any schedule waits. Failures further apart, and than what disables, are two."""


@dataclass(frozen=True, slots=True)
class Health:
    """Times in UTC seconds; `reason` is a sentence.

    `failures` are the attempts that failed since the last success, the newest at `failed_at`, as far as the
    service has seen them since its start.
    """

    failing_since: float | None = None
    disabled_at: float | None = None
    reason: str | None = None
    failures: int = field(default=0, compare=False)
    failed_at: float | None = field(default=None, compare=False)

    def after(self, outcome: Outcome, at: float, disable_after: float) -> Health:
        """What an attempt that ended at `at` makes of it; `disable_after` is in seconds of failing."""
        if self.disabled_at is not None:
            return self
        if outcome.result == "delivered":
            return HEALTHY
        quiet = self.failed_at is not None and at - self.failed_at > max(disable_after, SILENCE)
        since = at if self.failing_since is None or quiet else self.failing_since
        failures = 1 if quiet else self.failures + 1
        if outcome.result == "refused":
            return Health(since, at, f"It was refused for good: {outcome.error or 'no reason was given'}")
        if at - since >= disable_after and failures >= PATIENCE:
            return Health(since, at, f"It has been failing for {(at - since) / 86_400:.1f} days.")
        return Health(since, failures=failures, failed_at=at)


HEALTHY = Health()


def read_health(connection: Connection) -> dict[str, Health]:
    """By hook; those that are healthy are not there."""
    return {
        row.hook: Health(_seconds(row.failing_since), _seconds(row.disabled_at), row.reason)
        for row in connection.execute(select(hook_states))
    }


def write_health(connection: Connection, hook: str, health: Health) -> None:
    connection.execute(delete(hook_states).where(hook_states.c.hook == hook))
    if health != HEALTHY:
        connection.execute(
            insert(hook_states).values(
                hook=hook,
                failing_since=_microseconds(health.failing_since),
                disabled_at=_microseconds(health.disabled_at),
                reason=health.reason,
            )
        )


def _seconds(microseconds: int | None) -> float | None:
    return None if microseconds is None else to_seconds(microseconds)


def _microseconds(seconds: float | None) -> int | None:
    return None if seconds is None else from_seconds(seconds)
