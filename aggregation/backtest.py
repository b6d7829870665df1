"""The back-test: what a rule would have made of summaries that were recorded."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from aggregation.rules.definition import ConnectionRule, ThresholdRule, check_window
from aggregation.rules.judge import Judge

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
    match rule:
        case ConnectionRule():
            raise NotRecordedError(
                f"Rule {rule.id!r} looks at connections, of which only events are recorded."
            )
        case ThresholdRule(per="face"):
            raise NotRecordedError(
                f"Rule {rule.id!r} looks at each face, and only windows are recorded; "
                "leave out `per: face` to try it on those."
            )
    check_window(rule, windows)
    return _judged(rule, iter(summaries), windows)


def _judged(rule: Rule, summaries: Iterator[Summary], windows: Sequence[Window]) -> Iterator[Event]:
    first = next(summaries, None)
    if first is None:
        return
    judge = Judge(first.stream, [rule], windows)
    for summary in chain([first], summaries):
        yield from judge.summary(summary)
