"""What all documents of the REST interface have in common, and the one of what went wrong."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Document(BaseModel):
    """Its fields are written in camelCase."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class FieldErrorDocument(Document):
    field: str
    message: str


class ProblemDocument(Document):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldErrorDocument] = []
