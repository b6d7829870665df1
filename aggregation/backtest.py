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


class NotMeantError(ValueError):
    """A rule is tried where it could never judge; the message is a sentence."""


def fitted(rule: Rule, name: str, *, group: bool) -> Rule:
    """The rule as it would judge a stream or group that it does not name. Raises `NotMeantError`."""
    if group or name in rule.groups:
        return rule.model_copy(update={"groups": tuple(dict.fromkeys([*rule.groups, name]))})
    if not rule.streams:
        raise NotMeantError(
            f"Rule {rule.id!r} is for groups alone ({', '.join(rule.groups)}), and {name!r} is a stream; "
            "name it under `streams` to try it there."
        )
    return rule


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
