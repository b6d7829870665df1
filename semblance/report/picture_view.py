"""A picture in the report: where its faces are, and a row of them with their scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation.dominance import dominant
from inference import EMOTIONS
from semblance.report.marks import name, named
from semblance.report.markup import Html, element
from semblance.report.strips import portrait
from semblance.report.words import count, percent, score

if TYPE_CHECKING:
    from semblance.report.section import Gathered, Portrait

_SHOWN = 0.01  # a score below this has no line of its own


def picture_view(gathered: Gathered) -> Html:
    cards = [_card(portrait) for portrait in gathered.portraits]
    more = gathered.faces.count - len(cards)
    return element(
        "div",
        _plan(gathered),
        element("ul", *cards, class_="cards"),
        element("p", f"And {count(more)} smaller faces.", class_="muted") if more > 0 else None,
        class_="pictured",
    )


def _plan(gathered: Gathered) -> Html:
    """The frame of the picture with a rectangle for each face: nothing of the picture itself."""
    width, height = gathered.info.width, gathered.info.height
    boxes = [_box(each) for each in gathered.portraits]
    return element(
        "svg",
        element("rect", class_="frame", width=width, height=height),
        *boxes,
        class_="plan",
        viewBox=f"0 0 {width} {height}",
        role="img",
        aria_label=f"Where the {count(len(boxes))} faces are in the picture",
    )


def _box(portrait: Portrait) -> Html:
    face = portrait.face
    box, top = face.box, dominant(face.scores)
    middle = element(
        "text",
        str(face.id),
        x=round(box.left + box.width / 2),
        y=round(box.top + box.height / 2),
        font_size=round(max(12.0, min(box.width, box.height) * 0.5)),
    )
    rectangle = element(
        "rect",
        class_=f"face {top or 'unread'}",
        x=round(box.left),
        y=round(box.top),
        width=round(box.width),
        height=round(box.height),
    )
    return element("g", element("title", f"Face {face.id}: {name(top)}"), rectangle, middle)


def _card(pictured: Portrait) -> Html:
    face = pictured.face
    top = dominant(face.scores)
    ranked = sorted(zip(EMOTIONS, face.scores, strict=True), key=lambda each: -each[1])
    lines = [_line(emotion, value) for emotion, value in ranked if value >= _SHOWN or emotion == top]
    size = f"{face.box.width:.0f} \N{MULTIPLICATION SIGN} {face.box.height:.0f} px"
    head = element(
        "div",
        portrait(pictured.thumbnail, face.id),
        element("div", element("b", f"Face {face.id}"), element("small", size), class_="who"),
        class_="head",
    )
    trust = element(
        "p", f"Quality {percent(face.quality)}, detector {score(face.confidence)}", class_="muted small"
    )
    return element("li", head, element("dl", *lines, class_="scores"), trust, class_="card")


def _line(emotion: str, value: float) -> Html:
    bar = element("span", class_=f"meter {emotion}", style=f"--share:{value:.3f}", aria_hidden="true")
    return element("div", element("dt", named(emotion)), element("dd", bar, element("span", score(value))))
