"""Entries of the outbox that end without an attempt, and the lines of the log that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from web.hooks.entries import close
from web.hooks.log import Line, write_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from web.hooks.entries import Ref


def close_entries(
    connection: Connection,
    hook: str,
    found: Sequence[Ref],
    state: Literal["expired", "cancelled"],
    reason: str,
    now: float,
    *,
    logs: bool,
) -> int:
    """How many; `reason` is a sentence, `now` in UTC seconds."""
    close(connection, [each.id for each in found], state)
    if logs:
        lines = [Line(hook, each.event, each.attempts, now, 0.0, state, error=reason) for each in found]
        write_lines(connection, lines)
    return len(found)
