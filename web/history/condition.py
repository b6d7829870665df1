"""How the history is, for those who look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

State: TypeAlias = Literal["opening", "running", "failing", "ended"]


@dataclass(frozen=True, slots=True)
class Condition:
    """`error` is a sentence; `place` has no password in it.

    `waiting`, `dropped` and `written` are summaries, `damaged` blocks that could not be read, `failures` how
    often the database failed, `commit_seconds` what the last batch took.
    """

    state: State
    error: str | None
    since_utc: float
    waiting: int
    dropped: int
    damaged: int
    place: str
    written: int
    failures: int
    commit_seconds: float
