"""The OpenAPI document, corrected where FastAPI assumes its own kind of errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.emotion.paths import belongs
from web.options import LARGEST_MESSAGE
from web.problems import MEDIA_TYPE

if TYPE_CHECKING:
    from fastapi import FastAPI

PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
ENVELOPE = {"application/json": {"schema": {"$ref": "#/components/schemas/EmotionErrorDocument"}}}
_BODIES = {
    "400": {"description": "The body is not what its Content-Type says."},
    "413": {"description": f"The body is longer than {LARGEST_MESSAGE} bytes."},
}
_SENT = {"403": {"description": "A page of another origin may not send this."}}


def describe(app: FastAPI) -> None:
    """Once all routes are in: every error is a problem document, or the Emotion API's envelope, and a token
    can be refused.

    FastAPI keeps the document it made, so it is corrected in place.
    """
    document = app.openapi()
    for path, operations in document["paths"].items():
        error = ENVELOPE if belongs(path) else PROBLEM
        for operation in operations.values():
            answers = operation["responses"]
            if "security" in operation:
                answers["401"] = {"description": "A token is needed, or this one is not right."}
            if "requestBody" in operation:
                answers.update(_SENT if belongs(path) else _BODIES)
            for status in [status for status in answers if status >= "400"]:
                answers[status] = {**answers[status], "content": error}
            operation["responses"] = dict(sorted(answers.items()))
    schemas: dict[str, Any] = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
