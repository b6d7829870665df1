"""Cameras that publish by WebRTC: WHIP (RFC 9725)."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.params import Depends
from starlette.exceptions import HTTPException

from stream.spec import StreamId
from web.cross_origin import methods
from web.problems import problem_documents
from web.service import (
    NoRoomError,
    OfferRefusedError,
    PublisherTakenError,
    PublishSession,
    Service,
    UnknownSessionError,
)
from web.while_connected import STOPPING, while_connected

SDP = "application/sdp"
ANSWER_WITHIN = 15.0
"""Seconds an answer may take; an ICE server that is down costs 5 of them."""

_RETRY_AFTER = "5"
_ACCEPTED = frozenset({SDP, "application/*", "*/*"})

_PUBLISH = {
    "requestBody": {
        "description": "The offer, with all candidates in it.",
        "required": True,
        "content": {SDP: {"schema": {"type": "string"}}},
    }
}
_ANSWER = {
    "description": "The answer; Location is the session's URL, which ends it when it is deleted.",
    "content": {SDP: {"schema": {"type": "string"}}},
    "headers": {"Location": {"schema": {"type": "string"}}},
}

PublishedId = Annotated[
    StreamId, Path(description="Made if it is not there; or one whose address is `whip:`.")
]


def whip_router(service: Service, guard: Sequence[Depends]) -> APIRouter:
    router = APIRouter(prefix="/whip", tags=["publish"])

    @router.post(
        "/{stream_id}",
        status_code=201,
        response_class=Response,
        dependencies=guard,
        openapi_extra=_PUBLISH,
        responses={201: _ANSWER, **problem_documents(400, 406, 409, 413, 415, 422, 503)},
    )
    async def publish(stream_id: PublishedId, request: Request) -> Response:
        """Publish video (WHIP, RFC 9725). Candidates are not trickled: the answer comes with all of them."""
        _check_types(request)
        begun = await _begun(service, stream_id, await _offer(request), request)
        location = f"/whip/{stream_id}/{begun.session}"
        return Response(begun.answer, 201, headers={"location": location}, media_type=SDP)

    @router.delete(
        "/{stream_id}/{session}",
        response_class=Response,
        dependencies=guard,
        responses=problem_documents(404),
    )
    async def unpublish(stream_id: str, session: str) -> Response:
        """End a session."""
        try:
            await service.unpublish(stream_id, session)
        except UnknownSessionError:
            raise HTTPException(404, "This session is not there, or has ended.") from None
        return Response()

    @router.options("/{stream_id}", include_in_schema=False)
    async def describe(request: Request) -> Response:
        """Asked by browsers before they publish from another page, so without a token."""
        return Response(status_code=204, headers={"allow": methods(request.url.path), "accept-post": SDP})

    @router.options("/{stream_id}/{session}", include_in_schema=False)
    async def describe_session(request: Request) -> Response:
        """Asked by browsers before they end a session from another page."""
        return Response(status_code=204, headers={"allow": methods(request.url.path)})

    @router.api_route(
        "/{stream_id}", methods=["GET", "HEAD", "PUT", "PATCH", "DELETE"], include_in_schema=False
    )
    async def only_post(request: Request) -> None:
        raise HTTPException(405, headers={"allow": methods(request.url.path)})

    @router.api_route(
        "/{stream_id}/{session}", methods=["GET", "HEAD", "PUT", "PATCH", "POST"], include_in_schema=False
    )
    async def only_delete(request: Request) -> None:
        """A PATCH would trickle candidates or restart ICE; who offers neither refuses it."""
        raise HTTPException(405, headers={"allow": methods(request.url.path)})

    return router


def _check_types(request: Request) -> None:
    given = _media_type(request.headers.get("content-type", ""))
    if given != SDP:
        raise HTTPException(415, f"The offer must come as Content-Type: {SDP}.", headers={"accept-post": SDP})
    accepted = request.headers.get("accept") or "*/*"
    if not _ACCEPTED.intersection(_media_type(part) for part in accepted.split(",")):
        raise HTTPException(406, f"The answer is {SDP}, which the request does not accept.")


def _media_type(text: str) -> str:
    """Without its parameters."""
    return text.partition(";")[0].strip().lower()


async def _offer(request: Request) -> str:
    try:
        offer = (await request.body()).decode()
    except UnicodeDecodeError:
        raise HTTPException(400, "The offer is not UTF-8 text.") from None
    if not offer.startswith("v=0"):
        raise HTTPException(400, "The body is no SDP offer; one begins with v=0.")
    return offer


async def _begun(service: Service, stream_id: str, offer: str, request: Request) -> PublishSession:
    """Lets the publisher in; if it goes away before it has its answer, nothing stays behind."""

    async def turn_away(begun: PublishSession) -> None:
        with suppress(UnknownSessionError):
            await service.unpublish(stream_id, begun.session)

    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            return await while_connected(request, service.publish(stream_id, offer), turn_away)
    except PublisherTakenError as error:
        raise HTTPException(409, str(error)) from None
    except OfferRefusedError as error:
        raise HTTPException(422, str(error)) from None
    except NoRoomError as error:
        raise _later(str(error)) from None
    except TimeoutError:
        raise _later(
            f"No answer was ready within {ANSWER_WITHIN:g} s; do the servers in webrtc.ice_servers answer?"
        ) from None
    except asyncio.CancelledError:
        raise _later(STOPPING) from None


def _later(detail: str) -> HTTPException:
    return HTTPException(503, detail, headers={"retry-after": _RETRY_AFTER})
