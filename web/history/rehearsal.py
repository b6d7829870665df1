"""Rehearsal: what a rule would have made of the summaries that are recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation import microseconds
from aggregation.backtest import backtest, fitted
from aggregation.rules.definition import ConnectionRule, window_of
from web.history.summaries import read_summaries, streams, to_summaries

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from sqlalchemy import Connection

    from aggregation.event import Event
    from aggregation.rules.definition import Rule
    from aggregation.summary import Summary, Window
    from web.history.alone import Read
    from web.history.summaries import Summaries

AT_ONCE = 14_400
"""Summaries that are read in one piece: two full blocks, for the one in the middle is read twice."""


class CalledOffError(Exception):
    """Nobody waits for the rehearsal any more, or it took too long."""


def never() -> bool:
    return False


class Rehearsal:
    """Counts what it reads: `media_seconds` are those that the windows stand for, without holes between.

    It blocks, so it belongs into a thread; it ends early when it is `called_off`. `groups` are the ids of
    those there are.
    """

    def __init__(
        self,
        read: Read,
        windows: Sequence[Window],
        groups: Collection[str] = (),
        called_off: Callable[[], bool] = never,
    ) -> None:
        self.summaries = 0
        self.media_seconds = 0.0
        self._read = read
        self._windows = windows
        self._groups = groups
        self._called_off = called_off

    def events(self, rule: Rule, stream: str, since: float, until: float) -> Iterator[Event]:
        """What it would have made of one stream or group since then (UTC seconds), having just begun.

        Raises `NotRecordedError`, `NotMeantError` and `UnknownWindowError` at once;
        `HistoryUnavailableError` and `CalledOffError` as it goes on.
        """
        rule = fitted(rule, stream, group=stream in self._groups)
        window = self._windows[0] if isinstance(rule, ConnectionRule) else window_of(rule, self._windows)
        return backtest(rule, self._recorded(stream, window, since, until), self._windows)

    def _recorded(self, stream: str, window: Window, since: float, until: float) -> Iterator[Summary]:
        first, last = microseconds.from_seconds(since), microseconds.from_seconds(until)
        while len(rows := self._piece(stream, window.name, first, last)):
            if self._called_off():
                raise CalledOffError
            self.summaries += len(rows)
            self.media_seconds += len(rows) * window.interval
            yield from to_summaries(rows, stream, window.name)
            first = int(rows["end"][-1])

    def _piece(self, stream: str, window: str, since: int, until: int) -> Summaries:
        return self._read(
            lambda connection: read_summaries(connection, stream, window, since, until, limit=AT_ONCE)
        )


def meant(connection: Connection, rule: Rule, groups: Collection[str]) -> list[str]:
    """The streams and groups a rule is for, of those that anything is recorded of."""
    known = sorted({each.stream for each in streams(connection)})
    if rule.streams == "*":
        return [name for name in known if name in rule.groups or name not in groups]
    return [name for name in known if name in rule.groups or name in rule.streams]
