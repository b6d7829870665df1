"""The OpenAPI document, corrected where FastAPI assumes its own kind of errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.problems import MEDIA_TYPE

if TYPE_CHECKING:
    from fastapi import FastAPI

PROBLEM = {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}


def describe(app: FastAPI) -> None:
    """Once all routes are in: every error is a problem document, and a token can be refused.

    FastAPI keeps the document it made, so it is corrected in place.
    """
    document = app.openapi()
    for operations in document["paths"].values():
        for operation in operations.values():
            answers = operation["responses"]
            if "security" in operation:
                answers["401"] = {"description": "A token is needed, or this one is not right."}
            for status in [status for status in answers if status >= "400"]:
                answers[status] = {**answers[status], "content": {MEDIA_TYPE: PROBLEM}}
            operation["responses"] = dict(sorted(answers.items()))
    schemas: dict[str, Any] = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
