"""How to read a report: what its numbers are, what they are not, and how well the models read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semblance.report import prose
from semblance.report.marks import named
from semblance.report.markup import Content, Html, element, joined
from semblance.report.tables import table
from semblance.report.words import count, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregation import Window
    from inference.loaded_model import LoadedModel
    from models.card import Card, ClassFigures
    from semblance.report.asked import Asked

_WEAK_RECALL, _WEAK_PRECISION, _FEW_FACES = 0.65, 0.5, 50


def method(models: Sequence[LoadedModel], window: Window, asked: Asked, *, pictured: bool) -> Html:
    return element(
        "section",
        element("h2", "Method and limits", id="method"),
        element(
            "div",
            element("div", *_numbers(window), class_="prose"),
            element("div", *_limits(pictured=pictured), *_asked(asked), class_="prose"),
            class_="columns",
        ),
        *(_weaknesses(model.card) for model in models if model.card and model.card.per_class),
        _used(models) if models else None,
        class_="panel method",
    )


def _numbers(window: Window) -> list[Html]:
    counted = prose.EQUAL if window.weights == "equal" else prose.BY_QUALITY
    said = (
        (term, text.format(length=window.length, interval=window.interval, counted=counted))
        for term, text in prose.NUMBERS
    )
    return [element("h3", "What the numbers are"), *_terms(said)]


def _asked(asked: Asked) -> list[Html]:
    return [element("h3", "What was asked for"), *_terms(asked.said())]


def _terms(said: Iterable[tuple[str, str]]) -> list[Html]:
    return [element("p", element("b", term), f": {text}") for term, text in said]


def _limits(*, pictured: bool) -> list[Html]:
    said = (*prose.LIMITS, prose.PICTURED if pictured else prose.PICTURELESS)
    return [element("h3", "What they are not"), *(element("p", text) for text in said)]


def _weaknesses(card: Card) -> Html:
    ranked = sorted(card.per_class.items(), key=lambda each: min(each[1].recall, each[1].precision))
    rows = [_class_row(label, figures) for label, figures in ranked]
    head = ("Emotion", "Of faces voted so, read so", "Of faces read so, voted so", "Faces", "")
    return joined(
        element("h3", "How well each emotion is read"),
        table(head, rows, f"Measured on {card.conditions}", class_="weak"),
    )


def _class_row(label: str, figures: ClassFigures) -> Html:
    cells: list[Content] = [
        percent(figures.recall),
        percent(figures.precision),
        count(figures.count),
        _verdict(figures),
    ]
    return element("tr", element("th", named(label), scope="row"), *(element("td", each) for each in cells))


def _verdict(figures: ClassFigures) -> str:
    said = []
    if figures.recall < _WEAK_RECALL:
        said.append("often missed")
    if figures.precision < _WEAK_PRECISION:
        said.append("often wrong where it is named")
    if figures.count < _FEW_FACES:
        said.append("measured on few faces")
    return f"Weak: {', '.join(said)}" if said else ""


def _used(models: Sequence[LoadedModel]) -> Html:
    rows = [
        element(
            "tr",
            element("th", model.name, scope="row"),
            *(element("td", each) for each in (model.task, model.version, model.licence or "unknown")),
            element("td", ", ".join(model.trained_on) or "unknown"),
            element("td", element("code", model.sha256[:16], title=model.sha256)),
        )
        for model in models
    ]
    head = ("Model", "Reads", "Version", "Licence", "Learnt from", "SHA-256")
    return joined(
        element("h3", "Models used"), table(head, rows, "The models that made this report", class_="models")
    )
