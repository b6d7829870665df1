"""The export of what was recorded: found out what is meant, read portion by portion, and written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from aggregation import microseconds
from semblance.configuration import load
from semblance.export_output import Output, written
from semblance.failure import Failure, UsageFailure
from semblance.moment import moment
from web.history.alone import read_alone
from web.history.database import HistoryUnavailableError
from web.history.event_log import EventFilter, RecordedEvent, read_events
from web.history.formats.event_sheet import EventSheet
from web.history.formats.form import encoder
from web.history.formats.marker_sheet import MarkerSheet
from web.history.formats.summary_form import summary_encoder
from web.history.location import locate
from web.history.marker_log import MarkerFilter, marker_place, read_markers
from web.history.queries.portions import LARGE, PORTION, PartReader, RowReader
from web.history.queries.reach import EVER, Reach
from web.history.steps import Steps
from web.history.summaries import streams

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from aggregation.event import Marker
    from semblance.export_command import Form, Kind
    from web.history.alone import Read
    from web.history.formats.summary_form import Rows
    from web.history.place import Place
    from web.history.queries.part import Part
    from web.history.queries.portions import Reader
    from web.history.summaries import StreamWindow

P = TypeVar("P")

_PORTION = 1000
"""Events or markers read at once."""

_OF_THE_HISTORY = ("", "-wal", "-shm", "-journal", ".lock")
"""What the names of its files end in."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line says."""

    kind: Kind
    stream: str | None
    window: str | None
    since: str | None
    until: str | None
    step: float | None
    form: Form | None
    path: Path | None
    config: Path | None


class Span(NamedTuple):
    """Later than `since` and not later than `until`, in microseconds."""

    since: int
    until: int


def run(wish: Wish) -> None:
    """Writes what is asked for. Raises `Failure`."""
    settings = load(wish.config)
    span = _span(wish)
    output = Output.of(wish.path, wish.form)
    _check(wish, output.form)
    address = settings.history.address()
    if output.path is not None:
        _check_apart(output.path, locate(address).path)
    try:
        with read_alone(address) as read:
            match wish.kind:
                case "summaries":
                    _summaries(read, wish, span, output, [each.name for each in settings.windows])
                case "events":
                    _events(read, wish, span, output)
                case "markers":
                    _markers(read, wish, span, output)
    except HistoryUnavailableError as error:
        raise Failure(f"The history cannot be read: {error}") from None


def _check_apart(output: Path, history: Path | None) -> None:
    """That the output is none of the files that the history is made of, by whatever name."""
    if history is None:
        return
    places = {history, history.resolve()}  # SQLite keeps what belongs to a file beside the file itself
    own = {place.with_name(f"{place.name}{ending}") for place in places for ending in _OF_THE_HISTORY}
    if output.resolve() in {each.resolve() for each in own}:
        raise UsageFailure(f"--output {output} is the history itself; write to another file")


def _span(wish: Wish) -> Span:
    since = -EVER if wish.since is None else microseconds.from_seconds(moment("--since", wish.since))
    until = EVER if wish.until is None else microseconds.from_seconds(moment("--until", wish.until))
    if since > until:
        raise UsageFailure(f"--until {wish.until} is before --since {wish.since}")
    return Span(since, until)


def _check(wish: Wish, form: Form) -> None:
    if wish.kind == "summaries":
        return
    if wish.step is not None or wish.window is not None:
        raise UsageFailure(f"--window and --step are of summaries, and there are none in --kind {wish.kind}")
    if form == "emotion-api":
        raise UsageFailure(
            f"--format emotion-api is of summaries; {wish.kind} have csv, ndjson, json, parquet"
        )


def _summaries(read: Read, wish: Wish, span: Span, output: Output, configured: Sequence[str]) -> None:
    form = _asked(read(streams), wish, configured)
    reach = Reach(form.stream, form.window, *span)
    interval = microseconds.from_seconds(form.interval)
    step = None if wish.step is None else microseconds.from_seconds(wish.step)
    if step is None:
        rows = _portions(read, reach, RowReader(PORTION))
    else:
        rows = _in_steps(_portions(read, reach, PartReader(LARGE)), Steps(step, interval))
    written(rows, summary_encoder(output.form, reach, interval, step), output, _end_of_rows)


def _asked(recorded: Sequence[StreamWindow], wish: Wish, configured: Sequence[str]) -> StreamWindow:
    """The newest form of the window that is meant."""
    names = list(dict.fromkeys(each.stream for each in recorded))
    if not names:
        raise Failure("No summaries have been recorded")
    if wish.stream is None and len(names) > 1:
        raise UsageFailure(f"--stream says of which; there are {', '.join(names)}")
    stream = names[0] if wish.stream is None else wish.stream
    if stream not in names:
        raise UsageFailure(f"--stream {stream!r}: nothing of it is recorded; there are {', '.join(names)}")
    windows = {each.window: each for each in recorded if each.stream == stream}
    usual = next((name for name in configured if name in windows), next(iter(windows)))
    window = usual if wish.window is None else wish.window
    if window not in windows:
        raise UsageFailure(f"--window {window!r} is not recorded of {stream}; {', '.join(windows)} are")
    return windows[window]


def _portions(read: Read, reach: Reach, reader: Reader[P]) -> Iterator[P]:
    rest: Reach | None = reach
    while rest is not None:
        portion, rest = read(partial(reader.read, reach=rest))
        yield portion


def _in_steps(portions: Iterator[Sequence[Part]], steps: Steps) -> Iterator[Rows]:
    for parts in portions:
        yield steps.add(parts)
    yield steps.finish()


def _end_of_rows(rows: Rows) -> int:
    return int(rows["end"][-1])


def _events(read: Read, wish: Wish, span: Span, output: Output) -> None:
    wanted = EventFilter(() if wish.stream is None else (wish.stream,), since=span.since, until=span.until)

    def portions() -> Iterator[Sequence[RecordedEvent]]:
        after: Place | None = None
        while True:
            portion = read(partial(read_events, wanted=wanted, order="oldest", limit=_PORTION, after=after))
            yield portion
            if len(portion) < _PORTION:
                return
            after = portion[-1].place

    written(portions(), encoder(output.form, EventSheet()), output, lambda events: events[-1].at)


def _markers(read: Read, wish: Wish, span: Span, output: Output) -> None:
    wanted = MarkerFilter(wish.stream, since=span.since, until=span.until)

    def portions() -> Iterator[Sequence[Marker]]:
        after: Place | None = None
        while True:
            portion = read(partial(read_markers, wanted=wanted, order="oldest", limit=_PORTION, after=after))
            yield portion
            if len(portion) < _PORTION:
                return
            after = marker_place(portion[-1])

    written(
        portions(), encoder(output.form, MarkerSheet()), output, lambda markers: marker_place(markers[-1]).at
    )
