"""A video in the report: its two timelines, a strip for each face, and the same in tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semblance.report.faces import MOST_SHOWN
from semblance.report.markup import Html, element, joined
from semblance.report.plot import plot, said_of
from semblance.report.strips import strips
from semblance.report.tables import faces_table, summary_table, timeline_table
from semblance.report.timeline import Point
from semblance.report.words import counted, duration

if TYPE_CHECKING:
    from semblance.report.faces import FaceRecord
    from semblance.report.section import Gathered


def video_view(gathered: Gathered, length: float) -> Html:
    """`length` is the windows', in seconds."""
    tally = gathered.faces.tally
    mean, distribution = tally.mean_scores(), tally.face_distribution()
    if mean is None or distribution is None:
        said = "No face was seen." if not tally.faces else "No face could be read."
        return element("p", said, class_="nothing")
    whole = gathered.duration
    points = gathered.timeline.points() or [Point(whole / 2, mean, distribution, watched=True)]
    records = gathered.faces.longest()
    means = _head("Mean scores", _each(gathered, length))
    shares = _head("Distribution", "The share of the faces whose highest score each emotion is.")
    return element(
        "div",
        summary_table(mean, distribution),
        plot(points, "mean", whole, means, f"Mean scores along the recording. In all {said_of(mean)}"),
        plot(
            points,
            "distribution",
            whole,
            shares,
            f"Distribution of the faces. In all {said_of(distribution)}",
        ),
        _head("Each face", _which(gathered, records)),
        strips(records, whole),
        element("details", element("summary", "As tables"), faces_table(records), timeline_table(points)),
        class_="recorded",
    )


def _head(title: str, said: str) -> Html:
    return joined(element("h3", title), element("p", said, class_="muted small"))


def _each(gathered: Gathered, length: float) -> str:
    step = gathered.timeline.step
    apart = f" Drawn every {duration(step)}." if step > length else ""
    return f"Over all faces of the {length:g}\N{NO-BREAK SPACE}s about each moment.{apart}"


def _which(gathered: Gathered, records: list[FaceRecord]) -> str:
    more = gathered.faces.count - len(records)
    said = "What each face shows most when, with its mean score; on the right for how long it was seen."
    if more <= 0:
        return said
    most = max((record.seconds for record in records), default=0.0)
    least = min((record.seconds for record in records), default=most)
    rest = counted(more, "other was", "others were")
    return f"{said} The {MOST_SHOWN} seen longest; {rest} seen for {duration(least)} or less."
