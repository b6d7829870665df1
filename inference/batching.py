"""Batches: where frames are taken from, and the few sizes that a device runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

BUCKETS = (1, 2, 4, 8, 16, 32)
"""The sizes of batch a model is run with; a device pays for each new one."""
GPU_LARGEST = 16
"""Pictures in a run of a GPU at most, so that a full batch is two of them and one is filled meanwhile."""

T = TypeVar("T")


class Inlet(Protocol[T]):
    """Where a stage takes its items from."""

    async def take(self, limit: int, wait: float) -> list[T]:
        """Up to `limit` items: waits for the first, then up to `wait` seconds for more. `[]` once closed."""
        ...


async def batches(inlet: Inlet[T], limit: int, wait: float) -> AsyncGenerator[list[T], None]:
    """Batch after batch until the inlet closes.

    While the consumer works on one, the inlet gathers the next: batches fill by themselves under load.
    """
    while batch := await inlet.take(limit, wait):
        yield batch


def bucket(count: int) -> int:
    """The smallest bucket that holds `count` items. Raises `ValueError` where none does."""
    for size in BUCKETS:
        if size >= count:
            return size
    raise ValueError(f"A batch of {count} is larger than the largest bucket, {BUCKETS[-1]}.")


def exact(count: int, limit: int = BUCKETS[-1]) -> list[int]:
    """Buckets up to `limit` that add up to `count`, largest first: 7 is 4 + 2 + 1.

    For the CPU, where a smaller batch costs no more per item and a padded one costs its padding.
    """
    parts = []
    for size in reversed(BUCKETS):
        while size <= limit and count >= size:
            parts.append(size)
            count -= size
    return parts


def padded(count: int, limit: int = BUCKETS[-1]) -> list[int]:
    """How many items go into each run of at most `limit`: as few runs as can be, to be padded to `bucket`."""
    full, rest = divmod(count, limit)
    return [limit] * full + ([rest] if rest else [])
