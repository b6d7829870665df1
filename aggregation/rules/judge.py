"""The judge of one stream or group: all its rules, over its summaries, readings and states."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregation.event import Event
    from aggregation.rules.definition import Rule
    from aggregation.summary import Summary, Window
    from inference.reading import Reading


class Judge:
    """Times are seconds of event time; every method gives the events that came of it, oldest first.

    The caller passes the rules that apply. The judge numbers its events by the newest summary's sequence,
    `sequence` until there is one. Raises `UnknownWindowError`.
    """

    def __init__(
        self, stream: str, rules: Sequence[Rule], windows: Sequence[Window], *, sequence: int = 0
    ) -> None:
        raise NotImplementedError

    def summary(self, summary: Summary) -> list[Event]:
        """Judges a window of any name; those of one name in the order of their ends."""
        raise NotImplementedError

    def reading(self, reading: Reading, at: float) -> list[Event]:
        """Judges the faces of one frame; costs nothing where no rule is per face."""
        raise NotImplementedError

    def state(self, state: str, error: tuple[str, str] | None, at: float) -> list[Event]:
        """The stream's connection is in this state from now on; `error` is (code, message)."""
        raise NotImplementedError

    def advance(self, now: float) -> list[Event]:
        """Lets time pass, for what nobody reports: a lost stream's hold, a face that does not come back."""
        raise NotImplementedError

    def replace(self, rules: Sequence[Rule], at: float) -> list[Event]:
        """Goes on with other rules; those unchanged keep what they know, what others began ends."""
        raise NotImplementedError

    def restore(self, events: Iterable[Event], at: float) -> list[Event]:
        """Goes on after a restart, from the newest event of each rule and face."""
        raise NotImplementedError

    def finish(self, at: float) -> list[Event]:
        """The stream or group was taken away: ends what is open."""
        raise NotImplementedError
