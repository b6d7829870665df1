"""Errors of the HTTP interface as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from web.allowing import allow
from web.cross_origin import OPEN, CrossOrigin, methods
from web.documents import ProblemDocument
from web.emotion.envelopes import EmotionError, envelope
from web.emotion.paths import belongs, canonical
from web.headers import security_headers
from web.history.database import HistoryUnavailableError
from web.service import GroupExistsError, StreamExistsError, UnknownStreamError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from fastapi import FastAPI
    from starlette.requests import Request

MEDIA_TYPE = "application/problem+json"
LONGEST_NAME = 64
"""Letters that are repeated of what a client calls by its name."""


class FieldError(Exception):
    """A field of a request that cannot be accepted, for what the schema cannot say."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def problem(
    status: int,
    detail: str,
    errors: Sequence[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem of no special type; `errors` are pairs of a field and what is wrong with it."""
    document: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        document["errors"] = [{"field": field, "message": message} for field, message in errors]
    body = json.dumps(document, ensure_ascii=False)
    return Response(body, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def told(path: str, error: HTTPException) -> Response:
    """The error in the words of the interface that this path belongs to."""
    if belongs(path):
        return envelope(error)
    return problem(error.status_code, error.detail, headers=error.headers)


def problem_documents(*statuses: int) -> dict[int | str, dict[str, object]]:
    """For the description of a route: it answers so with a problem."""
    return {status: {"model": ProblemDocument} for status in statuses}


def unknown(what: str, name: str) -> HTTPException:
    """The 404 for something that is not there; the name may be of any length."""
    shown = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
    return HTTPException(404, f"There is no {what} {shown!r}.")


def install(
    app: FastAPI, nowhere: Callable[[Request], Awaitable[Response | None]], elsewhere: CrossOrigin
) -> None:
    """Make every error of the application a problem, but for what `nowhere` has for a path to nothing.

    `elsewhere` says which pages may read of a failure.
    """

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        page = await nowhere(request) if error.status_code == 404 else None
        if page is not None:
            return page
        error.detail = _sentence(request, error)
        if error.status_code == 405:
            known = {name.lower(): value for name, value in (error.headers or {}).items()}
            error.headers = {**known, "allow": _methods(app, request.url.path, known.get("allow", ""))}
        return told(request.url.path, error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        if belongs(request.url.path):
            return envelope(EmotionError(400, "BadArgument", _listed(error)))
        return _invalid(error)

    @app.exception_handler(ClientDisconnect)
    async def gone(request: Request, _: ClientDisconnect) -> Response:
        return told(request.url.path, HTTPException(400, "The body broke off."))  # nobody reads this

    @app.exception_handler(FieldError)
    async def field(_: Request, error: FieldError) -> Response:
        return problem(422, str(error), [(error.field, str(error))])

    @app.exception_handler(UnknownStreamError)
    async def no_stream(request: Request, _: UnknownStreamError) -> Response:
        return problem(404, unknown("stream", request.path_params.get("stream_id", "")).detail)

    @app.exception_handler(HistoryUnavailableError)
    async def forgotten(_: Request, error: HistoryUnavailableError) -> Response:
        return problem(503, str(error))

    @app.exception_handler(StreamExistsError)
    async def exists(_: Request, __: StreamExistsError) -> Response:
        return problem(409, "A stream with this id is there already; PATCH changes it, DELETE removes it.")

    @app.exception_handler(GroupExistsError)
    async def taken(_: Request, error: GroupExistsError) -> Response:
        return problem(409, str(error))

    @app.exception_handler(Exception)
    async def failure(request: Request, __: Exception) -> Response:
        # The server logs the traceback. This answer goes out past the gate, so it brings its own headers.
        headers = security_headers("") | elsewhere.headers(canonical(request.url.path), request.headers)
        mistake = HTTPException(500, "The service made a mistake; its log says more.", headers)
        return told(request.url.path, mistake)


def _methods(app: FastAPI, path: str, known: str) -> str:
    if path.startswith(OPEN):
        return methods(path)
    return allow(app.openapi()["paths"], path, known)


def _sentence(request: Request, error: HTTPException) -> str:
    match error.status_code, error.detail:
        case 404, "Not Found":
            return f"There is nothing at {request.url.path}."
        case 405, _:
            return f"{request.url.path} does not take {request.method}."
        case _:
            return error.detail


def _invalid(error: RequestValidationError) -> Response:
    """What the client sent is not repeated: an address may hold a password."""
    mistakes = error.errors()
    if any(mistake["type"] == "json_invalid" for mistake in mistakes):
        return problem(400, "The body is not JSON.")
    errors = [(_place(each["loc"]), each["msg"].removeprefix("Value error, ")) for each in mistakes]
    if any(field == "body" for field, _ in errors):
        return problem(422, "The body must be a JSON object, sent as Content-Type: application/json.")
    return problem(422, _listed(error), errors)


def _listed(error: RequestValidationError) -> str:
    fields = ", ".join(dict.fromkeys(_place(each["loc"]) for each in error.errors()))
    return f"The request cannot be accepted because of {fields}."


def _place(location: Sequence[str | int]) -> str:
    """The field as the client named it, without where it was looked for (body, query, path)."""
    return ".".join(str(part) for part in location[1:])[:100] or str(location[0])
