"""The documents of the models that are loaded, as the OpenAPI page describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from web.documents import Document

if TYPE_CHECKING:
    from inference.loaded_model import LoadedModel
    from models.card import Card


class ClassFiguresDocument(Document):
    """Of one label: the share of faces read as it that show it, the share of those that show it that are read
    as it, and how many faces that stands on."""

    precision: float
    recall: float
    count: int


class CardDocument(Document):
    """What was measured of a model; `conditions` say on what, and how."""

    conditions: str
    figures: dict[str, float]
    per_class: dict[str, ClassFiguresDocument]


class ModelDocument(Document):
    """A model that is loaded; `provider` is what ONNX Runtime really runs it on."""

    task: str
    name: str
    version: str
    sha256: str
    provider: str
    labels: list[str]
    licence: str
    trained_on: list[str]
    tau: Annotated[float | None, Field(description="In force, for rare emotions; null without a prior.")]
    card: Annotated[
        CardDocument | None,
        Field(description="At the manifest's tau, whichever is in force; null where nothing was measured."),
    ]


class ModelsDocument(Document):
    models: list[ModelDocument]


def model_document(view: LoadedModel) -> ModelDocument:
    return ModelDocument(
        task=view.task,
        name=view.name,
        version=view.version,
        sha256=view.sha256,
        provider=view.provider,
        labels=list(view.labels),
        licence=view.licence,
        trained_on=list(view.trained_on),
        tau=view.tau,
        card=None if view.card is None else _card_document(view.card),
    )


def _card_document(card: Card) -> CardDocument:
    return CardDocument(
        conditions=card.conditions,
        figures=dict(card.figures),
        per_class={
            label: ClassFiguresDocument(precision=each.precision, recall=each.recall, count=each.count)
            for label, each in card.per_class.items()
        },
    )
