"""The tables of a file: its scores summed up, face by face, and window by window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation.dominance import dominant
from inference import EMOTIONS
from semblance.emotion_looks import STACK
from semblance.report.marks import marker, name, named
from semblance.report.markup import Content, Html, element, joined
from semblance.report.words import clock, count, percent, score

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inference.reading import Scores
    from semblance.report.faces import FaceRecord
    from semblance.report.timeline import Point

_MOST_ROWS = 60


def summary_table(mean: Scores, distribution: Scores) -> Html:
    """All emotions with their mean score and their share, which is the legend of the timelines too."""
    rows = [
        element("tr", element("th", title, scope="row"), *(_measured(scores, each) for each in STACK))
        for title, scores in (("Mean score", mean), ("Share of the faces", distribution))
    ]
    head = ("Over the whole file", *(named(emotion) for emotion in STACK))
    return table(head, rows, "Over the whole file", class_="summary", captioned=False)


def faces_table(records: Sequence[FaceRecord]) -> Html:
    rows = [_face_row(record) for record in records]
    head = ("Face", "From", "To", "Seen", "Readings", "Dominant", *(_column(each) for each in EMOTIONS))
    return table(head, rows, "Each face: when it was seen, and its mean scores", class_="figures")


def timeline_table(points: Sequence[Point]) -> Html:
    each = max(1, -(-len(points) // _MOST_ROWS))
    rows = [_point_row(point) for point in points[::each]]
    head = ("At", "Dominant", *(_column(each) for each in EMOTIONS))
    return table(head, rows, "Mean scores along the recording", class_="figures")


def table(
    head: Iterable[Content], rows: Sequence[Html], caption: str, class_: str, *, captioned: bool = True
) -> Html:
    """Scrolls by itself where the page is too narrow for it, with the keyboard too; its caption does not."""
    titles = element("tr", *(element("th", title, scope="col") for title in head))
    made = element(
        "table",
        element("thead", titles),
        element("tbody", *rows),
        class_=class_,
    )
    scrolled = element("div", made, class_="scroll", tabindex="0", role="region", aria_label=caption)
    return joined(element("p", caption, class_="caption") if captioned else None, scrolled)


def score_cells(scores: Scores | None) -> list[Html]:
    if scores is None:
        return [element("td", "\N{EN DASH}") for _ in EMOTIONS]
    top = dominant(scores)
    return [
        element("td", element("b", score(value)) if emotion == top else score(value))
        for emotion, value in zip(EMOTIONS, scores, strict=True)
    ]


def _measured(scores: Scores, emotion: str) -> Html:
    value = scores[EMOTIONS.index(emotion)]
    bar = element("span", class_=f"meter {emotion}", style=f"--share:{value:.3f}", aria_hidden="true")
    return element("td", element("span", percent(value)), bar)


def _face_row(record: FaceRecord) -> Html:
    mean = record.tally.mean_scores()
    seen = (
        clock(record.first, True),
        clock(record.until, True),
        f"{record.seconds:.1f} s",
        count(record.tally.faces),
    )
    return element(
        "tr",
        element("th", str(record.id), scope="row"),
        *(element("td", each) for each in seen),
        element("td", named(dominant(mean))),
        *score_cells(mean),
    )


def _point_row(point: Point) -> Html:
    top = dominant(point.mean)
    said = named(top) if top else ("no face" if point.mean is None else name(None))
    return element(
        "tr", element("th", clock(point.at, True), scope="row"), element("td", said), *score_cells(point.mean)
    )


def _column(emotion: str) -> Html:
    return element("span", marker(emotion), name(emotion), class_="named")
