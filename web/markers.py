"""Markers over REST: moments that somebody names, and what the scores were around them."""

import re
import time
from base64 import b32encode
from collections.abc import Callable
from functools import partial
from secrets import token_bytes
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from aggregation.event import Marker
from web.documents import ProblemDocument
from web.feed import Feed
from web.history.database import Database
from web.history.formats.marker_sheet import MarkerSheet
from web.history.marker_log import (
    MarkerFilter,
    add_marker,
    marker_place,
    read_marker,
    read_markers,
    remove_marker,
)
from web.history.queries.summary_history import SummaryHistory
from web.history_documents import MarkerDocument, MarkersDocument
from web.log_answers import LogAnswers
from web.marker_documents import LabelScoresDocument, MarkerScoresDocument
from web.marker_question import LabelQuestion, MarkerQuestion, NewMarker, SidesQuestion
from web.marker_scores import MarkerScores, marker_document
from web.problems import FieldError, unknown
from web.service import Publisher, Service
from web.summary_windows import SummaryWindows

_ID = r"[A-Za-z0-9_-]{1,64}"
_FORMS: dict[str, object] = {"application/x-ndjson": {}, "text/csv": {}}
_PROBLEM: dict[str, object] = {"model": ProblemDocument}


def markers_router(
    service: Service,
    feed: Feed,
    database: Database,
    publisher: Publisher,
    clock: Callable[[], float] = time.time,
) -> APIRouter:
    router = APIRouter(prefix="/api/v1/markers", tags=["markers"])
    answers: LogAnswers[Marker] = LogAnswers(database, MarkerSheet(), marker_place)
    history = SummaryHistory(feed, database)
    windows = SummaryWindows(service, history)
    scores = MarkerScores(history, windows)

    @router.post("", status_code=201, responses={422: _PROBLEM, 503: _PROBLEM})
    async def set_marker(new: NewMarker, response: Response) -> MarkerDocument:
        """Name a moment. It is recorded, and then shown live to all who watch the stream."""
        marker = Marker(_new_id(), new.stream, new.time(clock()), new.label)
        if new.stream is not None and not await windows.knows(new.stream):
            raise FieldError("stream", f"There is no stream or group {new.stream!r}.")
        await database.write(partial(add_marker, marker=marker))
        publisher.publish(marker)
        response.headers["location"] = f"/api/v1/markers/{marker.id}"
        return marker_document(marker)

    @router.get(
        "",
        response_model=MarkersDocument,
        responses={200: {"content": _FORMS}, 422: _PROBLEM, 503: _PROBLEM},
    )
    async def list_markers(question: Annotated[MarkerQuestion, Query()], request: Request) -> Response:
        """The markers. JSON page by page, JSON lines and CSV as a file of all."""
        form = question.form(request.headers.get("accept", ""))
        read = partial(read_markers, wanted=question.filter(), order=question.order)
        return await answers.answer(read, question, form)

    @router.get(
        "/scores",
        response_model_exclude_defaults=True,
        responses={404: _PROBLEM, 422: _PROBLEM, 503: _PROBLEM},
    )
    async def show_label_scores(question: Annotated[LabelQuestion, Query()]) -> LabelScoresDocument:
        """Mean scores before and after all markers of a label, and by how much they changed."""
        wanted = MarkerFilter(question.stream, question.label)
        read = partial(read_markers, wanted=wanted, order="newest", limit=question.limit)
        return await scores.of_label(question.label, await database.read(read), question)

    @router.get("/{marker_id}", responses={404: _PROBLEM, 503: _PROBLEM})
    async def show_marker(marker_id: str) -> MarkerDocument:
        """One marker."""
        return marker_document(await _known(database, marker_id))

    @router.delete("/{marker_id}", status_code=204, responses={404: _PROBLEM, 503: _PROBLEM})
    async def delete_marker(marker_id: str) -> None:
        """Take a marker away."""
        marker = await _known(database, marker_id)
        if not await database.write(partial(remove_marker, marker_id=marker.id)):
            raise unknown("marker", marker_id)

    @router.get(
        "/{marker_id}/scores",
        response_model_exclude_defaults=True,
        responses={404: _PROBLEM, 422: _PROBLEM, 503: _PROBLEM},
    )
    async def show_marker_scores(
        marker_id: str, question: Annotated[SidesQuestion, Query()]
    ) -> MarkerScoresDocument:
        """Mean scores before and after a marker, by how much they changed, and the windows around it."""
        return await scores.of_marker(await _known(database, marker_id), question)

    return router


async def _known(database: Database, marker_id: str) -> Marker:
    """Raises the 404 that becomes a problem document."""
    marker = None
    if re.fullmatch(_ID, marker_id):
        marker = await database.read(partial(read_marker, marker_id=marker_id))
    if marker is None:
        raise unknown("marker", marker_id)
    return marker


def _new_id() -> str:
    return f"mrk_{b32encode(token_bytes(16)).decode().rstrip('=').lower()}"
