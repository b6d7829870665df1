"""The summaries of a stream or group over REST: as far back as they are known, in the form asked for."""

import asyncio
import time
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.exceptions import HTTPException

from aggregation import microseconds
from web.documents import ProblemDocument
from web.emotion.documents import ProcessingResult
from web.feed import Feed
from web.history.database import Database
from web.history.formats.form import MEDIA_TYPES
from web.history.queries.summary_history import SummaryHistory
from web.history_documents import StepsDocument, SummariesDocument
from web.service import Service
from web.summary_answers import Asked, SummaryAnswers
from web.summary_question import SummaryQuestion
from web.summary_windows import SummaryWindows
from web.while_connected import STOPPING, while_connected

_FORMS: dict[str, object] = {
    media_type.partition(";")[0]: {} for form, media_type in MEDIA_TYPES.items() if form != "json"
}


def summaries_router(
    service: Service, feed: Feed, database: Database, clock: Callable[[], float] = time.time
) -> APIRouter:
    router = APIRouter(prefix="/api/v1/streams", tags=["streams"])
    history = SummaryHistory(feed, database)
    windows = SummaryWindows(service, history)
    answers = SummaryAnswers(history)

    @router.get(
        "/{stream_id}/summaries",
        response_model=SummariesDocument | StepsDocument | ProcessingResult,
        responses={
            200: {"content": _FORMS},
            **{status: {"model": ProblemDocument} for status in (404, 422, 503)},
        },
    )
    async def list_summaries(
        stream_id: str, question: Annotated[SummaryQuestion, Query()], request: Request
    ) -> Response:
        """The last summaries of one window, oldest first, or with `step` what they come to step by step.

        Of groups too, and of streams that are gone. JSON comes page by page, backwards in time; the other
        forms as a file of the whole range, JSON lines, CSV, Parquet or the Emotion API's processing result.
        Where the history cannot be read, what is in memory is answered, and `historyError` (of files the
        header `history-error`) says why.
        """
        form = question.form(request.headers.get("accept", ""))
        window = await windows.find(stream_id, question.window)
        asked = Asked(
            question.reach(stream_id, window.name),
            microseconds.from_seconds(window.interval),
            question.step_length,
            question.limit,
            question.before(),
            live=window.live,
        )
        if form != "json":
            return await answers.file(asked, form)
        question.check_step(clock())
        try:
            body = await while_connected(request, answers.page(asked))
        except asyncio.CancelledError:
            raise HTTPException(503, STOPPING) from None
        return Response(body, media_type="application/json")

    return router
