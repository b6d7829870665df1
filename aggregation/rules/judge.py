"""The judge of one stream or group: all its rules, over its summaries, readings and states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from aggregation import microseconds
from aggregation.rules.author import ENDS, Moment, closing, decision
from aggregation.rules.connection import Connection
from aggregation.rules.definition import (
    ConnectionRule,
    DominantRule,
    PresenceRule,
    ThresholdRule,
    window_of,
)
from aggregation.rules.dominant import Dominant
from aggregation.rules.faces import FaceThreshold
from aggregation.rules.looking import LATENESS, Looking
from aggregation.rules.measures import Measures
from aggregation.rules.presence import Presence
from aggregation.rules.threshold import Threshold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregation.event import Event
    from aggregation.rules.definition import Rule
    from aggregation.summary import Summary, Window
    from inference.reading import Reading

    OfWindows: TypeAlias = Dominant | Threshold | Presence


@dataclass(frozen=True, slots=True)
class _Watch:
    """A rule at work. How it decides and its `window` are what makes it another when they change."""

    rule: Rule
    window: str | None
    looks: OfWindows | FaceThreshold | Connection


class Judge:
    """Times are seconds of event time; every method gives the events that came of it.

    The caller passes the rules that apply, each id once. Events carry the newest summary's sequence,
    `sequence` until there is one. Raises `UnknownWindowError`.
    """

    def __init__(
        self,
        stream: str,
        rules: Sequence[Rule],
        windows: Sequence[Window],
        *,
        sequence: int = 0,
        time_constant: float = 0.25,
    ) -> None:
        self._stream = stream
        self._windows = tuple(windows)
        self._sequence = sequence
        self._time_constant = time_constant
        self._looking = Looking(time_constant)
        self._connection: tuple[str, tuple[str, str] | None] | None = None
        self._watches: dict[str, _Watch] = {}
        self._arrange({rule.id: self._watch(rule) for rule in rules})

    def summary(self, summary: Summary) -> list[Event]:
        """Judges a window of any name; those of one name in the order of their ends."""
        self._sequence = summary.sequence
        watches = self._of_windows.get(summary.window)
        if watches is None:
            return []
        measures = Measures(summary)
        events = [watch.window(measures) for watch in watches]
        return [event for event in events if event is not None]

    def reading(self, reading: Reading, at: float) -> list[Event]:
        """Judges the faces of one frame; costs nothing where no rule is per face."""
        if not self._of_faces:
            return []
        look = self._looking.look(reading, microseconds.from_seconds(at), self._sequence)
        return [event for watch in self._of_faces for event in watch.look(look)] if look else []

    def state(self, state: str, error: tuple[str, str] | None, at: float) -> list[Event]:
        """The stream's connection is in this state from now on; `error` is (code, message)."""
        self._connection = state, error
        moment = self._moment(at)
        return [event for watch in self._of_states for event in watch.state(state, error, moment)]

    def advance(self, now: float) -> list[Event]:
        """Lets time pass, for what nobody reports: a lost stream's hold, a face that does not come back."""
        moment = self._moment(now)
        events = [event for watch in self._of_states for event in watch.advance(moment)]
        if self._of_faces:
            events += self._miss_faces(moment)
        return events

    def replace(self, rules: Sequence[Rule], at: float) -> list[Event]:
        """Goes on with other rules; those unchanged keep what they know, what others began ends."""
        before, now = self._watches, {rule.id: rule for rule in rules}
        there = {name: watch for name, watch in before.items() if self._is_same(watch, now.get(name))}
        if len(there) == len(before) == len(now):
            return []
        moment = self._moment(at)
        begun = {name: self._watch(rule) for name, rule in now.items() if name not in there}
        events: list[Event] = []
        for name, old in before.items():
            if name in there:
                continue
            events += old.looks.close(moment, "rule")
            new = begun.get(name)
            if new and isinstance(old.looks, Dominant) and isinstance(new.looks, Dominant):
                new.looks.follow(old.looks)
        self._arrange({name: begun.get(name) or there[name] for name in now})
        return events + self._tell_state(list(begun.values()), moment)

    def restore(self, events: Iterable[Event], at: float) -> list[Event]:
        """Goes on after a restart, from the newest event of each rule and face; before anything else."""
        ended: list[Event] = []
        for event in events:
            self._sequence = max(self._sequence, event.sequence)
            watch = self._watches.get(event.rule or "")
            if watch and event.track is None and watch.looks.restore(event):
                continue
            if event.name in ENDS:
                reason = "rule" if event.track is None else "restart"
                ended.append(closing(event, self._moment(at), event.after, None, reason=reason))
        return ended

    def finish(self, at: float) -> list[Event]:
        """The stream or group was taken away: ends what is open."""
        moment = self._moment(at)
        return [event for watch in self._watches.values() for event in watch.looks.close(moment, "removed")]

    def _is_same(self, watch: _Watch, rule: Rule | None) -> bool:
        """Whether the rule would look as the watch does; most are the very same as they were."""
        if rule is None or watch.rule is rule:
            return rule is not None
        return decision(rule) == decision(watch.rule) and _name(rule, self._windows) == watch.window

    def _watch(self, rule: Rule) -> _Watch:
        match rule:
            case ConnectionRule():
                return _Watch(rule, None, Connection(self._stream, rule))
            case ThresholdRule(per="face"):
                return _Watch(rule, None, FaceThreshold(self._stream, rule))
        window = window_of(rule, self._windows)
        looks: OfWindows
        match rule:
            case DominantRule():
                looks = Dominant(self._stream, rule, window)
            case ThresholdRule():
                looks = Threshold(self._stream, rule, window)
            case PresenceRule():
                looks = Presence(self._stream, rule, window)
        return _Watch(rule, window.name, looks)

    def _arrange(self, watches: dict[str, _Watch]) -> None:
        """By what each looks at, so that nobody is asked in vain."""
        self._watches = watches
        self._of_windows: dict[str, list[OfWindows]] = {}
        self._of_faces: list[FaceThreshold] = []
        self._of_states: list[Connection] = []
        for watch in watches.values():
            match watch.looks:
                case FaceThreshold() as faces:
                    self._of_faces.append(faces)
                case Connection() as connection:
                    self._of_states.append(connection)
                case looks:
                    self._of_windows.setdefault(watch.window or "", []).append(looks)
        if not self._of_faces:
            self._looking = Looking(self._time_constant)

    def _tell_state(self, begun: Sequence[_Watch], moment: Moment) -> list[Event]:
        """Rules that are new learn how the stream is."""
        if self._connection is None:
            return []
        connections = [watch.looks for watch in begun if isinstance(watch.looks, Connection)]
        return [event for each in connections for event in each.state(*self._connection, moment)]

    def _miss_faces(self, moment: Moment) -> list[Event]:
        if self._looking.is_set_back(moment.at):
            for watch in self._of_faces:
                watch.set_back(moment.at)
        waited = Moment(moment.at - LATENESS, moment.sequence)
        return [event for watch in self._of_faces for event in watch.miss(waited, self._looking.patience)]

    def _moment(self, at: float) -> Moment:
        return Moment(microseconds.from_seconds(at), self._sequence)


def _name(rule: Rule, windows: Sequence[Window]) -> str | None:
    """The name of the window it looks at, if it looks at windows."""
    if isinstance(rule, ConnectionRule) or (isinstance(rule, ThresholdRule) and rule.per == "face"):
        return None
    return window_of(rule, windows).name
