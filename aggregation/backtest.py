"""The back-test: what a rule would have made of summaries that were recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aggregation.event import Event
    from aggregation.rules.definition import Rule
    from aggregation.summary import Summary, Window


class NotRecordedError(ValueError):
    """A rule needs what history does not keep; the message is a sentence."""


def backtest(rule: Rule, summaries: Iterable[Summary], windows: Sequence[Window]) -> Iterator[Event]:
    """The events of one stream or group, whose summaries come in order. They are those that were made live.

    Whether the rule applies to the stream, and is enabled, is not asked. Raises `NotRecordedError` and
    `UnknownWindowError` at once.
    """
    raise NotImplementedError
