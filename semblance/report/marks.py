"""The emotions' markers and names in the page: a colour, a shape and a word each."""

from __future__ import annotations

from inference import EMOTIONS
from semblance.emotion_looks import LOOKS
from semblance.report.markup import Html, element, joined


def name(emotion: str | None) -> str:
    return "Not readable" if emotion is None else emotion.capitalize()


def marker(emotion: str) -> Html:
    """Says nothing by itself: the emotion's name always stands beside it, or is its title."""
    shape = element("use", href=f"#mark-{emotion}")
    return element("svg", shape, class_=f"mark {emotion}", viewBox="0 0 16 16", aria_hidden="true")


def named(emotion: str | None) -> Html:
    if emotion is None:
        return element("span", name(None), class_="named muted")
    return element("span", marker(emotion), name(emotion), class_="named")


def shapes() -> Html:
    """The outlines that the markers use, once for the whole page."""
    symbols = [
        element("symbol", element("path", d=LOOKS[each].outline), id=f"mark-{each}", viewBox="0 0 16 16")
        for each in EMOTIONS
    ]
    return element("svg", *symbols, class_="shapes", aria_hidden="true")


def colours(*, dark: bool) -> str:
    """As custom properties of CSS."""
    return "".join(f"--{each}:{LOOKS[each].dark if dark else LOOKS[each].light};" for each in EMOTIONS)


def classes() -> Html:
    """A rule for each emotion that gives it its colour."""
    return joined(Html("".join(f".{each}{{--colour:var(--{each})}}" for each in EMOTIONS)))
