"""The groups there are: their streams' windows, pooled, and the last of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aggregation.pooling import Pool

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aggregation import Summary


@dataclass(slots=True)
class _Pooled:
    streams: tuple[str, ...]
    pool: Pool
    last: dict[str, Summary] = field(default_factory=dict)
    """By the window's name."""


class Pools:
    """Pools each summary for every group its stream is in."""

    def __init__(self) -> None:
        self._groups: dict[str, _Pooled] = {}

    def __contains__(self, group: object) -> bool:
        return group in self._groups

    def __iter__(self) -> Iterator[str]:
        return iter(self._groups)

    def put(self, group: str, streams: Sequence[str], sequence: int = 0) -> None:
        """A new group, whose first summary follows `sequence`, or other streams for one there is.

        Of the windows that are open as the streams change only the new streams' part is known, so they wait
        for that alone; the numbers go on.
        """
        before = self._groups.get(group)
        number = before.pool.sequence if before else sequence
        pooled = _Pooled(tuple(streams), Pool(group, streams, sequence=number))
        if before:
            pooled.last = before.last
        self._groups[group] = pooled

    def of(self, stream: str) -> Sequence[str]:
        """The groups that the stream is in."""
        return [group for group, pooled in self._groups.items() if stream in pooled.streams]

    def empty(self, group: str) -> None:
        """None of its streams is there any more: what they saw is not shown, and the next begins again."""
        pooled = self._groups[group]
        self._groups[group] = _Pooled(
            pooled.streams, Pool(group, pooled.streams, sequence=pooled.pool.sequence)
        )

    def remove(self, group: str) -> None:
        del self._groups[group]

    def streams(self, group: str) -> Sequence[str]:
        return self._groups[group].streams

    def last(self, group: str) -> Mapping[str, Summary]:
        """The newest summary of each window, by its name."""
        return self._groups[group].last

    def unpooled(self, group: str) -> Mapping[str, int]:
        """The summaries that did not count since the group was last changed, by cause."""
        pool = self._groups[group].pool
        return {"early": pool.early, "late": pool.late}

    def add(self, summary: Summary) -> list[Summary]:
        """The windows of groups that are complete with a stream's summary."""
        done: list[Summary] = []
        for pooled in self._groups.values():
            if summary.stream in pooled.streams:
                done += _noted(pooled, pooled.pool.add(summary))
        return done

    def advance(self, now: float) -> list[Summary]:
        """The windows of groups that have waited long enough; `now` in UTC seconds."""
        done: list[Summary] = []
        for pooled in self._groups.values():
            done += _noted(pooled, pooled.pool.advance(now))
        return done


def _noted(pooled: _Pooled, summaries: list[Summary]) -> list[Summary]:
    for summary in summaries:
        pooled.last[summary.window] = summary
    return summaries
