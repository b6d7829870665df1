"""Errors of the Emotion API in the two envelopes that its clients read, both in one document."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from web.documents import Document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

_CODES = {
    400: "BadArgument",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    408: "RequestTimeout",
    413: "BadArgument",
    415: "UnsupportedMediaType",
    429: "RateLimitExceeded",
    500: "InternalServerError",
    503: "ServiceUnavailable",
}


class EmotionError(HTTPException):
    """A call that is refused; `message` is a sentence for the caller, `code` one of the contract's words."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, message, headers)
        self.code = code
        self.message = message


class CodedMessage(Document):
    """What clients of videos read."""

    code: str
    message: str


class EmotionErrorDocument(Document):
    """What went wrong. Clients of pictures read `statusCode` and `message`, those of videos `error`."""

    error: CodedMessage
    status_code: int
    message: str


def envelope(error: HTTPException) -> Response:
    """The answer; an error that is not the API's own gets the code that suits its status."""
    said = error.detail.encode("utf-8", "replace").decode()  # halves of characters, out of somebody's JSON
    code = error.code if isinstance(error, EmotionError) else code_of(error.status_code)
    document = {
        "error": {"code": code, "message": said},
        "statusCode": error.status_code,
        "message": said,
    }
    return JSONResponse(document, error.status_code, headers=error.headers)


def code_of(status: int) -> str:
    """The word for an error that has none of its own."""
    return _CODES.get(status) or HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")


def envelopes(*statuses: int) -> dict[int | str, dict[str, object]]:
    """For the description of a route: it answers so with an envelope."""
    return {status: {"model": EmotionErrorDocument} for status in statuses}
