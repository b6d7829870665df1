"""A timeline drawn: stacked bands with their markers and names, gaps, a readout under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference import EMOTIONS
from semblance.emotion_looks import STACK
from semblance.report.axis import time_axis
from semblance.report.bands import runs_and_gaps
from semblance.report.marks import marker, name
from semblance.report.markup import Html, element, joined
from semblance.report.words import clock, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inference.reading import Scores
    from semblance.report.bands import Gap, Kind, Run
    from semblance.report.timeline import Point

_WIDE, _HIGH = 2000, 1000
_MARKED_FROM = 0.1  # of the height: such a band has room for its marker
_ROOM = 0.012  # of the length, on each side of a marker
_SLOTS = 6  # markers of a band along the plot
_NAMED_FROM = 0.05
_LINE = 0.105  # of the height, from one name to the next
_MOST_SLICES = 160
_DENSE = 150  # points; lines between the bands would cover them
_LEAST_SEEN = 0.0015


def plot(points: Sequence[Point], kind: Kind, duration: float, head: Html, told: str) -> Html:
    """`head` stands beside it; `told` says in words what it shows, for those who do not see it."""
    runs, gaps = runs_and_gaps(points, kind, duration)
    bands = element(
        "svg",
        *(_bands(run, duration) for run in runs),
        *_slices(points, kind, duration),
        viewBox=f"0 0 {_WIDE} {_HIGH}",
        preserveAspectRatio="none",
        role="img",
        aria_label=told,
    )
    gaps_over = [_gap(gap, duration) for gap in gaps]
    markers = [mark for run in runs for mark in _markers(run, duration)]
    return element(
        "div",
        element("div", head, _scale(), class_="gutter"),
        element("div", bands, *gaps_over, *markers, class_="inside"),
        element("div", *_names(runs, duration), class_="names", aria_hidden="true"),
        time_axis(duration),
        class_="plot dense" if len(points) > _DENSE else "plot",
    )


def _scale() -> Html:
    steps = ((0, "1"), (50, ".5"), (100, "0"))
    drawn = (element("span", shown, style=f"top:{at}%") for at, shown in steps)
    return element("div", *drawn, class_="scale", aria_hidden="true")


def _bands(run: Run, duration: float) -> Html:
    xs = [round(time / duration * _WIDE) for time in run.times]
    shapes: list[Html] = []
    for band, emotion in enumerate(STACK):
        bounds = [run.bounds(band, index) for index in range(len(xs))]
        if max(top - bottom for bottom, top in bounds) < _LEAST_SEEN:
            continue
        upper = [(x, round((1 - top) * _HIGH)) for x, (_, top) in zip(xs, bounds, strict=True)]
        lower = [(x, round((1 - bottom) * _HIGH)) for x, (bottom, _) in zip(xs, bounds, strict=True)]
        shapes.append(element("path", class_=f"band {emotion}", d=f"M{_line(upper)}L{_line(lower[::-1])}Z"))
    return joined(*shapes)


def _line(places: Sequence[tuple[int, int]]) -> str:
    return "L".join(f"{x} {y}" for x, y in places)


def _gap(gap: Gap, duration: float) -> Html:
    words = "no face" if gap.watched else "no pictures"
    return element(
        "div",
        element("span", words),
        class_="gap" if gap.watched else "gap unwatched",
        style=f"left:{gap.start / duration:.2%};width:{(gap.end - gap.start) / duration:.2%}",
        title=f"{words}, {clock(gap.start, True)} to {clock(gap.end, True)}",
    )


def _markers(run: Run, duration: float) -> Iterator[Html]:
    """In each band, where it is high, in each part of the plot."""
    for band, emotion in enumerate(STACK):
        best: dict[int, tuple[float, int]] = {}
        for index in range(1, len(run.times) - 1):
            bottom, top = run.bounds(band, index)
            slot, aside = divmod(run.times[index] / duration * _SLOTS, 1)
            worth = top - bottom - 0.3 * abs(aside - 0.5)
            if top - bottom >= _MARKED_FROM and _has_room(run, index, duration):
                best[int(slot)] = max(best.get(int(slot), (worth, index)), (worth, index))
        for _, index in best.values():
            bottom, top = run.bounds(band, index)
            place = f"left:{run.times[index] / duration:.2%};top:{1 - (top + bottom) / 2:.2%}"
            yield element("span", marker(emotion), class_="spot", style=place, aria_hidden="true")


def _has_room(run: Run, index: int, duration: float) -> bool:
    """Whether a marker there keeps off the ends of its run."""
    at, room = run.times[index], _ROOM * duration
    return run.times[0] + room <= at <= run.times[-1] - room


def _names(runs: Sequence[Run], duration: float) -> Iterator[Html]:
    """Of the bands that reach the end of the plot, pushed apart so that none lies on another."""
    if not runs or runs[-1].times[-1] < duration * 0.99:
        return
    last = runs[-1]
    ends = [(emotion, *last.bounds(band, -1)) for band, emotion in enumerate(STACK)]
    places = [
        (1 - (top + bottom) / 2, emotion) for emotion, bottom, top in ends if top - bottom >= _NAMED_FROM
    ]
    for at, emotion in spread(sorted(places)):
        yield element("span", marker(emotion), name(emotion), style=f"top:{at:.1%}")


def spread(places: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """The same from the top down, a line apart at least, and none below the floor."""
    apart: list[tuple[float, str]] = []
    for at, emotion in places:
        apart.append((max(at, apart[-1][0] + _LINE) if apart else max(at, _LINE / 2), emotion))
    limit = 1 - _LINE / 2
    for index in range(len(apart) - 1, -1, -1):
        apart[index] = min(apart[index][0], limit), apart[index][1]
        limit = apart[index][0] - _LINE
    return apart


def _slices(points: Sequence[Point], kind: Kind, duration: float) -> Iterator[Html]:
    """Columns that say what was read there when the pointer rests on them."""
    each = max(1, -(-len(points) // _MOST_SLICES))
    chosen = points[::each]
    for index, point in enumerate(chosen):
        start = 0.0 if index == 0 else (chosen[index - 1].at + point.at) / 2
        end = duration if index + 1 == len(chosen) else (point.at + chosen[index + 1].at) / 2
        scores = point.mean if kind == "mean" else point.distribution
        if scores is not None:
            left, width = start / duration * _WIDE, (end - start) / duration * _WIDE
            said = element("title", f"{clock(point.at, True)}: {said_of(scores)}")
            yield element("rect", said, class_="slice", x=f"{left:.0f}", width=f"{width:.0f}", height=_HIGH)


def said_of(scores: Scores, most: int = 3) -> str:
    """The highest scores in words."""
    ranked = sorted(zip(EMOTIONS, scores, strict=True), key=lambda each: -each[1])
    return ", ".join(f"{emotion} {percent(value)}" for emotion, value in ranked[:most] if value >= 0.01)
