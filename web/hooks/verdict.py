"""What an attempt's outcome means for its entry in the outbox and its line in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.hooks.log import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from web.hooks.entries import State
    from web.hooks.hook import Delivery, Outcome, Schedule

LONGEST_HOLD = 86_400.0
"""Seconds that a hook may ask to be left alone for."""


def verdict(
    outcome: Outcome, schedule: Schedule, attempt: int, at: float, chance: Callable[[], float]
) -> tuple[State, float]:
    """The entry's state after this attempt, and when to try again where it still waits (UTC seconds).

    What was refused for good waits too: for somebody who enables the hook, or for its age.
    """
    match outcome.result:
        case "delivered":
            return "delivered", at
        case "refused":
            return "waiting", at
        case "failed":
            wait = schedule.after(attempt, chance)
            return ("failed", at) if wait is None else ("waiting", at + max(wait, hold(outcome)))


def early_verdict(outcome: Outcome, next_at: float, at: float) -> tuple[State, float]:
    """The same after an attempt ahead of the schedule, which goes on as it was: at `next_at`."""
    if outcome.result == "delivered":
        return "delivered", at
    return "waiting", max(next_at, at + hold(outcome))


def hold(outcome: Outcome) -> float:
    """The seconds for which the hook asked to be left alone."""
    return min(max(0.0, outcome.retry_after or 0.0), LONGEST_HOLD)


def line_of(hook: str, delivery: Delivery, outcome: Outcome, began: float, seconds: float) -> Line:
    return Line(
        hook=hook,
        event=delivery.event_id,
        attempt=delivery.attempt,
        at=began,
        seconds=seconds,
        outcome="delivered" if outcome.result == "delivered" else "failed",
        status=outcome.status,
        error=outcome.error,
        answer=outcome.answer,
    )
