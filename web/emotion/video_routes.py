"""The Emotion API's calls about videos: `recognizeinvideo`, and how its operations stand."""

import asyncio
from collections.abc import Callable
from typing import get_args

from fastapi import APIRouter, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from web.emotion import operation_refusals as refusals
from web.emotion.admission import Admission
from web.emotion.body import address_of, bodies, kind_of
from web.emotion.envelopes import EmotionError, envelopes
from web.emotion.models import OutputStyle
from web.emotion.operation_answer import status_answer
from web.emotion.operation_documents import OperationDocument
from web.emotion.operations import Operations
from web.emotion.query import value
from web.incoming import length
from web.outbound.targets import TargetRefusedError, check_target
from web.while_connected import STOPPING

PARAMETER = "outputStyle"

_STYLES: tuple[OutputStyle, ...] = get_args(OutputStyle)
_LONGEST = 64
_STYLE = {
    "name": PARAMETER,
    "in": "query",
    "description": "What the result holds, of windows of all faces or of each face; in any case of letters.",
    "schema": {"type": "string", "default": _STYLES[0], "enum": list(_STYLES)},
}
_ACCEPTED = {
    "description": "The operation has begun; there is no body.",
    "headers": {
        "Operation-Location": {
            "description": "The absolute address of the operation.",
            "schema": {"type": "string", "format": "uri"},
        }
    },
}


def video_router(
    operations: Operations, admission: Admission, location: Callable[[Request, str], str]
) -> APIRouter:
    """Relative to the API's prefix; `location` gives the absolute address of an operation."""
    router = APIRouter()

    @router.post(
        "/recognizeinvideo",
        status_code=202,
        response_class=Response,
        dependencies=admission.counted,
        openapi_extra={"parameters": [_STYLE], **bodies("a video")},
        responses={202: _ACCEPTED, **envelopes(400, 408, 415, 429, 503)},
    )
    async def recognize_in_video(request: Request) -> Response:
        """Have a video read, every frame of it. It lies on disk until then, and is deleted."""
        style = _style(request)
        caller = admission.caller(request)
        try:
            if kind_of(request, 415) == "address":
                operation_id = await operations.fetch(style, _checked(await address_of(request)), caller)
            else:
                operation_id = await operations.upload(style, request.stream(), _announced(request), caller)
        except ClientDisconnect:
            raise refusals.broken_off() from None
        except asyncio.CancelledError:
            raise refusals.out_of_order(STOPPING) from None
        return Response(status_code=202, headers={"operation-location": location(request, operation_id)})

    @router.get(
        "/operations/{operation_id}",
        response_model=OperationDocument,
        dependencies=admission.asked,
        responses=envelopes(404, 503),
    )
    async def show_operation(operation_id: str) -> Response:
        """How an operation stands; with its result once it has succeeded."""
        return await status_answer(operations, await operations.find(operation_id))

    @router.head("/operations/{operation_id}", dependencies=admission.asked, include_in_schema=False)
    async def look_for_operation(operation_id: str) -> Response:
        """Whether an operation is there; what came of it has not been seen by this."""
        await operations.find(operation_id)
        answer = Response(media_type="application/json")
        del answer.headers["content-length"]  # nothing's, while what there is to get is longer
        return answer

    return router


def _checked(url: str) -> str:
    """What can be no address at all is refused before an operation begins."""
    try:
        check_target(url)
    except TargetRefusedError as error:
        raise EmotionError(400, "InvalidURL", str(error)) from None
    return url


def _announced(request: Request) -> int | None:
    return length(request.headers) if "content-length" in request.headers else None


def _style(request: Request) -> OutputStyle:
    given = value(request, PARAMETER)
    if not given.strip():
        return _STYLES[0]
    for style in _STYLES:
        if given.strip().lower() == style.lower():
            return style
    shown = given if len(given) <= _LONGEST else f"{given[:_LONGEST]}…"
    raise EmotionError(
        400, "BadArgument", f"The {PARAMETER} {shown!r} is not known; it is {' or '.join(_STYLES)}."
    )
