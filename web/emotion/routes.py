"""The Emotion API's calls, put together."""

from collections.abc import Iterable

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from web.cross_origin import methods
from web.emotion.admission import Admission
from web.emotion.body import bodies
from web.emotion.documents import RecognizedFace
from web.emotion.envelopes import envelopes
from web.emotion.operation_refusals import too_large as video_too_large
from web.emotion.options import EmotionOptions
from web.emotion.paths import PREFIX, RECOGNIZE, RECOGNIZE_IN_VIDEO
from web.emotion.recognize import PARAMETER, Recognizing
from web.emotion.recognize import too_large as picture_too_large
from web.incoming import BodyLimit
from web.options import LARGEST_MESSAGE

TAG = "Emotion API"

_PICTURE_WITHIN, _VIDEO_WITHIN = 60.0, 600.0
"""Seconds in which one must have come."""
_PACE = 192 * 1024
"""Bytes a second; where the settings let one be so large that it takes longer at this, it may."""

_RECTANGLES = {
    "name": PARAMETER,
    "in": "query",
    "description": "Faces known already, left,top,width,height;... in pixels; then none is looked for.",
    "schema": {"type": "string"},
    "example": "68,97,64,97",
}


def emotion_router(recognizing: Recognizing, admission: Admission, videos: Iterable[APIRouter]) -> APIRouter:
    """All calls; those about videos come in routers of their own, which are relative to the prefix."""
    router = APIRouter(prefix=PREFIX, tags=[TAG])

    @router.post(
        "/recognize",
        response_model=list[RecognizedFace],
        dependencies=admission.counted,
        openapi_extra={"parameters": [_RECTANGLES], **bodies("a picture")},
        responses=envelopes(400, 408, 429, 503),
    )
    async def recognize(request: Request) -> Response:
        """The faces of a picture, the largest first, and what they look like."""
        return JSONResponse(await recognizing.answer(request, admission.caller(request)))

    for path in ("/recognize", "/recognizeinvideo", "/operations/{operation_id}"):
        router.add_api_route(path, _describe, methods=["OPTIONS"], include_in_schema=False)
    for each in videos:
        router.include_router(each)
    return router


def body_limits(options: EmotionOptions) -> dict[str, BodyLimit]:
    """For the gate: how long bodies may be. Those that hold an address have a limit of their own below it."""
    longest = max(options.max_video, LARGEST_MESSAGE)
    return {
        RECOGNIZE: BodyLimit(
            options.max_image, picture_too_large, max(_PICTURE_WITHIN, options.max_image / _PACE)
        ),
        RECOGNIZE_IN_VIDEO: BodyLimit(longest, video_too_large, max(_VIDEO_WITHIN, longest / _PACE)),
    }


async def _describe(request: Request) -> Response:
    """Asked by browsers before they call from another page, so without a key."""
    return Response(status_code=204, headers={"allow": methods(request.url.path)})
