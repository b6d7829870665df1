"""The operations that are known, in memory: how they stand, and until when they can be asked for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.emotion.operation import Operation

A_DAY = 86_400.0
"""Seconds that a result waits for its first reading where it goes with that."""

MOST_KEPT = 10_000
"""Operations that have ended; with one more the oldest of them expires."""

MOST_BYTES = 1024 * 1024 * 1024
"""Of all results that are kept; with more of them the oldest expire."""


class OperationList:
    """Times to the end are the event loop's, which nobody sets; `keep` is seconds."""

    def __init__(self, keep: float) -> None:
        self._keep = keep or A_DAY
        self._operations: dict[str, Operation] = {}
        self._ends: dict[str, float] = {}
        """When those that have ended expire, in the order in which they ended."""
        self.changed = asyncio.Event()
        """Set where something has ended."""

    def __len__(self) -> int:
        return len(self._operations)

    @property
    def unfinished(self) -> int:
        return len(self._operations) - len(self._ends)

    def all(self) -> Sequence[Operation]:
        return tuple(self._operations.values())

    def find(self, operation_id: str) -> Operation | None:
        """`None` too where its time is over and it is not removed yet."""
        if self._ends.get(operation_id, float("inf")) <= _now():
            return None
        return self._operations.get(operation_id)

    def put(self, operation: Operation, age: float = 0.0) -> None:
        """As it is now; `age` is for how many seconds it has ended, as far as a clock can tell."""
        self._operations[operation.id] = operation
        if operation.ended:
            self._ends[operation.id] = _now() + self._keep - min(max(age, 0.0), self._keep)
            self.changed.set()

    def progress(self, operation_id: str, share: float, now: float) -> None:
        """Of one that is not there any more nothing is noted."""
        if operation := self._operations.get(operation_id):
            self._operations[operation_id] = replace(
                operation, progress=max(share, operation.progress), changed=max(now, operation.changed)
            )

    def remove(self, operation_id: str) -> bool:
        """Whether it was there."""
        self._ends.pop(operation_id, None)
        return self._operations.pop(operation_id, None) is not None

    def clear(self) -> None:
        self._operations.clear()
        self._ends.clear()

    def expired(self) -> Sequence[str]:
        """Those whose time is over, and the oldest of too many."""
        now, kept, size = _now(), 0, 0
        expired = []
        for each, end in reversed(self._ends.items()):
            if end > now:
                kept += 1
                size += self._operations[each].result_bytes
            if end <= now or kept > MOST_KEPT or size > MOST_BYTES:
                expired.append(each)
        return expired[::-1]

    def next_end(self) -> float:
        """When the next of them expires."""
        return min(self._ends.values(), default=float("inf"))


def _now() -> float:
    return asyncio.get_running_loop().time()
