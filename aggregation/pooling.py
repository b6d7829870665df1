"""Pooling: the windows of a group's streams made into windows of the group."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregation.summary import Summary


class Pool:
    """The windows of one group. `late` counts the summaries that came after their window was closed."""

    def __init__(
        self, group: str, members: Sequence[str], *, lateness: float = 2.0, sequence: int = 0
    ) -> None:
        self.late = 0
        raise NotImplementedError

    def add(self, summary: Summary) -> list[Summary]:
        """Takes a member's summary; gives the group's windows that are complete with it."""
        raise NotImplementedError

    def advance(self, now: float) -> list[Summary]:
        """Lets time pass; gives the windows that waited for a member for `lateness` after their end."""
        raise NotImplementedError
