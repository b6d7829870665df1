"""A strip for each face: what it showed when, beside its number, its picture and how long it was seen."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from aggregation.dominance import dominant
from semblance.report.axis import time_axis
from semblance.report.marks import marker, name, named
from semblance.report.markup import Html, element, joined
from semblance.report.words import clock, duration, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from semblance.report.faces import FaceRecord
    from semblance.report.strip import Stretch

_LABELLED_FROM = 0.02  # of the whole: a shorter stretch has no room for a marker


def strips(records: Sequence[FaceRecord], whole: float) -> Html:
    """`whole` is the file's duration."""
    rows = [_row(record, whole) for record in records]
    return element("div", element("ul", *rows, class_="strips"), time_axis(whole), class_="striped")


def portrait(picture: bytes | None, number: int) -> Html | None:
    if picture is None:
        return None
    data = b64encode(picture).decode("ascii")
    return element(
        "img",
        class_="portrait",
        alt=f"Face {number}",
        width=48,
        height=48,
        src=f"data:image/jpeg;base64,{data}",
    )


def _row(record: FaceRecord, whole: float) -> Html:
    mean = record.tally.mean_scores()
    top = dominant(mean)
    said = joined(named(top), f" {percent(max(mean))}" if mean and top else None)
    head = element(
        "div",
        portrait(record.thumbnail, record.id),
        element("div", element("b", f"Face {record.id}"), element("small", said), class_="who"),
        class_="head",
    )
    drawn = [_stretch(stretch, whole) for stretch in record.strip.stretches()]
    told = "; ".join(_told(stretch) for stretch in record.strip.stretches()[:40])
    bar = element("div", *drawn, class_="bar", role="img", aria_label=f"Face {record.id}: {told}")
    seen = element("div", duration(record.seconds), class_="seen")
    return element("li", head, bar, seen)


def _stretch(stretch: Stretch, whole: float) -> Html:
    share = (stretch.end - stretch.start) / whole
    place = f"left:{stretch.start / whole:.2%};width:{max(share, 0.0005):.2%}"
    inner: tuple[Html, ...] = ()
    if stretch.emotion and share >= _LABELLED_FROM:
        inner = (
            element("span", marker(stretch.emotion), element("b", name(stretch.emotion)), class_="label"),
        )
    return element("i", *inner, class_=stretch.emotion or "unread", style=place, title=_told(stretch))


def _told(stretch: Stretch) -> str:
    return f"{name(stretch.emotion)}, {clock(stretch.start, True)} to {clock(stretch.end, True)}"
