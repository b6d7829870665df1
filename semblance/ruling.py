"""Ruling: judges what the pipeline publishes by the rules there are, and publishes the events too."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from aggregation.rules.definition import applies
from aggregation.rules.judge import Judge
from aggregation.summary import Summary
from inference.reading import Reading
from semblance.firings import Firings
from semblance.pools import Pools
from web.service import StatusChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from aggregation import Window
    from aggregation.event import Event
    from aggregation.rules.definition import Rule
    from web.service import Published, Publisher

TICK = 0.1
"""Seconds between looks at the clock for what time alone completes."""


class Ruling:
    """Implements `Publisher` before the one it was given, which gets all that is published, in order.

    An event follows the summary, reading or change of state that it was made of; a group's summary follows
    that of the stream which completed it. One judge a stream or group is there from the first word of it.
    """

    def __init__(
        self, publisher: Publisher, windows: Sequence[Window], utc: Callable[[], float] = time.time
    ) -> None:
        self.firings = Firings()
        self.groups = Pools()
        self._publisher = publisher
        self._windows = tuple(windows)
        self._utc = utc
        self._rules: tuple[Rule, ...] = ()
        self._judges: dict[str, Judge] = {}

    async def run(self) -> None:
        """Lets time pass for judges and groups, until cancelled."""
        while True:
            await asyncio.sleep(TICK)
            now = self._utc()
            for summary in self.groups.advance(now):
                self._pass_on(summary)
            for judge in tuple(self._judges.values()):
                self._tell(judge.advance(now))

    def publish(self, message: Published) -> None:
        match message:
            case Summary():
                self._pass_on(message)
                for pooled in self.groups.add(message):
                    self._pass_on(pooled)
            case Reading():
                self._publisher.publish(message)
                self._tell(self._judge(message.stream).reading(message, message.captured_utc))
            case StatusChange(stream, condition):
                self._publisher.publish(message)
                self._tell(self._judge(stream).state(condition.state, condition.error, self._utc()))
            case _:
                self._publisher.publish(message)

    def previews_wanted(self, stream: str) -> float:
        return self._publisher.previews_wanted(stream)

    def retract_previews(self, stream: str) -> None:
        self._publisher.retract_previews(stream)

    def forget(self, stream: str) -> None:
        """The stream is gone: what was open of it ends, and that is published first.

        So does what was open of a group that it was the last stream of.
        """
        self._end(stream)
        self.firings.forget_stream(stream)
        self._publisher.forget(stream)
        self._end_empty(self.groups.of(stream))

    def settle(self) -> None:
        """All that is configured has begun; what was open of groups none of whose streams is there ends."""
        self._end_empty(tuple(self.groups))

    def lose(self, stream: str, sequence: int, newest: Iterable[Event]) -> None:
        """A stream of an earlier life is not there any more: what was open of it ends."""
        self.begin(stream, sequence, newest)
        self._tell(self._judges.pop(stream).finish(self._utc()))

    def begin(self, stream: str, sequence: int, newest: Iterable[Event] = ()) -> None:
        """A stream is about to be followed that had reached `sequence` in an earlier life.

        `newest` are the last events of its rules then: what was open goes on, or ends where it cannot.
        """
        judge = self._judge(stream, sequence)
        newest = tuple(newest)
        for event in newest:
            self.firings.follow(event)
        self._tell(judge.restore(newest, self._utc()))

    def replace(self, rules: Sequence[Rule]) -> None:
        """Judges by these rules from now on; those that were there before go on as they were."""
        self._rules = tuple(rules)
        for stream, judge in self._judges.items():
            self._tell(judge.replace(self._rules_of(stream), self._utc()))
        self.firings.forget_rules(frozenset(rule.id for rule in self._rules))

    def put_group(self, group: str, streams: Sequence[str], sequence: int = 0) -> None:
        """A group whose next summary follows `sequence`, or other streams for one there is."""
        self.groups.put(group, streams, sequence)
        self._end_empty((group,))

    def remove_group(self, group: str) -> None:
        self.forget(group)
        self.groups.remove(group)

    def _end(self, stream: str) -> None:
        if judge := self._judges.pop(stream, None):
            self._tell(judge.finish(self._utc()))

    def _end_empty(self, groups: Iterable[str]) -> None:
        """The group stays, and begins again with the first of its streams that is there again."""
        for group in groups:
            if not any(stream in self._judges for stream in self.groups.streams(group)):
                self._end(group)
                self.groups.empty(group)

    def _pass_on(self, summary: Summary) -> None:
        self._publisher.publish(summary)
        self._tell(self._judge(summary.stream).summary(summary))

    def _tell(self, events: Sequence[Event]) -> None:
        for event in events:
            self.firings.add(event)
            self._publisher.publish(event)

    def _judge(self, stream: str, sequence: int = 0) -> Judge:
        judge = self._judges.get(stream)
        if judge is None:
            judge = Judge(stream, self._rules_of(stream), self._windows, sequence=sequence)
            self._judges[stream] = judge
        return judge

    def _rules_of(self, stream: str) -> list[Rule]:
        group = stream in self.groups
        return [rule for rule in self._rules if applies(rule, stream, group=group)]
