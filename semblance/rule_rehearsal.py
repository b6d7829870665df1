"""A rule tried on what is recorded, and told on the command line."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from aggregation.backtest import NotMeantError, NotRecordedError
from semblance.configuration import load
from semblance.declarations import declared_groups, declared_rules
from semblance.failure import Failure, UsageFailure
from semblance.moment import moment
from semblance.rule_file import read_rule
from web.history.alone import read_alone
from web.history.database import HistoryUnavailableError
from web.history.rehearsal import Rehearsal, meant
from web.history.summaries import streams as recorded_streams
from web.messages import encode, event_json, utc

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from aggregation.event import Event, Value
    from aggregation.rules.definition import Rule
    from semblance.rules_command import Format
    from semblance.settings import Settings
    from web.history.alone import Read


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be tried: the rule of a file, or one there is, by its id; all streams it is for if none."""

    file: Path | None
    name: str | None
    streams: Sequence[str]
    since: str
    until: str | None


def rehearse(config: Path | None, wish: Wish, kind: Format) -> None:
    """Writes what fires, as it is found, and at the end to stderr what was read. Raises `Failure`."""
    settings = load(config)
    windows = [window.window() for window in settings.windows]
    since = moment("--since", wish.since)
    until = time.time() if wish.until is None else moment("--until", wish.until)
    if since >= until:
        raise UsageFailure(f"--since {wish.since} is not before the end")
    rule, groups = _rule(settings, wish), declared_groups(settings)
    try:
        with read_alone(settings.history.address()) as read:
            streams = _streams(read, rule, wish.streams, groups)
            rehearsal = Rehearsal(read, windows, groups)
            began, fired = time.monotonic(), 0
            for stream in streams:
                for event in rehearsal.events(rule, stream, since, until):
                    fired += 1
                    typer.echo(_FORMS[kind](event))
    except (NotRecordedError, NotMeantError) as error:
        raise UsageFailure(str(error)) from None
    except HistoryUnavailableError as error:
        raise Failure(f"The history cannot be read: {error}") from None
    typer.echo(_sum(fired, rehearsal, streams, time.monotonic() - began), err=True)


def _rule(settings: Settings, wish: Wish) -> Rule:
    if wish.file is not None and wish.name is None:
        return read_rule(wish.file, settings)
    if wish.name is not None and wish.file is None:
        entries = declared_rules(settings)
        if wish.name not in entries:
            raise UsageFailure(f"--id {wish.name!r}: there is no such rule; there are {', '.join(entries)}")
        return entries[wish.name].item
    raise UsageFailure("give either --rule FILE, or --id of one that `semblance rules list` shows")


def _streams(read: Read, rule: Rule, named: Sequence[str], groups: Collection[str]) -> Sequence[str]:
    if not named:
        return read(lambda connection: meant(connection, rule, groups))
    recorded = sorted({each.stream for each in read(recorded_streams)})
    for stream in named:
        if stream not in recorded:
            known = f"there is something of {', '.join(recorded)}" if recorded else "nor of any other"
            raise Failure(f"Nothing is recorded of {stream!r}; {known}.")
    return list(dict.fromkeys(named))


def _sum(fired: int, rehearsal: Rehearsal, streams: Sequence[str], seconds: float) -> str:
    speed = rehearsal.media_seconds / max(seconds, 1e-6)
    return (
        f"{fired} firing{'s' * (fired != 1)} in {rehearsal.summaries} summaries "
        f"of {', '.join(streams) or 'nothing'}: {rehearsal.media_seconds:.0f} s in {seconds:.2f} s, "
        f"{speed:,.0f} times as fast as it was"
    )


def _text(event: Event) -> str:
    change = f"{_shown(event.before)} -> {_shown(event.after)}"
    lasted = "" if event.duration is None else f"  after {event.duration:.1f} s"
    return f"{utc(event.at)}  {event.stream}  {event.name}  {change}{lasted}"


def _shown(value: Value) -> str:
    match value:
        case None:
            return "nobody"
        case float():
            return f"{value:.4g}"
        case _:
            return str(value)


def _jsonl(event: Event) -> str:
    return encode(event_json(event))


_FORMS: dict[Format, Callable[[Event], str]] = {"text": _text, "jsonl": _jsonl}
