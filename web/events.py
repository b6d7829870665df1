"""The events that were recorded, over REST."""

import re
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from stream.identifier import Id
from web.documents import ProblemDocument
from web.feed import Feed
from web.history.database import Database, HistoryUnavailableError
from web.history.event_log import EventFilter, RecordedEvent, read_event, read_events
from web.history.formats.event_sheet import EventSheet
from web.history.queries.remembered_events import remembered_event, remembered_events
from web.history_documents import EventDocument, EventsDocument
from web.log_answers import LogAnswers
from web.log_question import LogQuestion
from web.problems import problem

_EVENT = r"[A-Za-z0-9_.-]{1,64}"
_FORMS: dict[str, object] = {"application/x-ndjson": {}, "text/csv": {}}
_PROBLEM: dict[str, object] = {"model": ProblemDocument}

_Names = Annotated[
    tuple[Id, ...],
    Field(max_length=32, description="Several, by naming it several times; all if left out."),
]


class EventQuestion(LogQuestion):
    """The parameters of the call."""

    stream: _Names = ()
    rule: _Names = ()
    name: _Names = ()

    def filter(self) -> EventFilter:
        since, until = self.range()
        return EventFilter(self.stream, self.rule, self.name, since, until)


def events_router(feed: Feed, database: Database) -> APIRouter:
    router = APIRouter(prefix="/api/v1/events", tags=["events"])
    answers: LogAnswers[RecordedEvent] = LogAnswers(database, EventSheet(), lambda event: event.place)

    @router.get(
        "",
        response_model=EventsDocument,
        responses={200: {"content": _FORMS}, 422: _PROBLEM, 503: _PROBLEM},
    )
    async def list_events(question: Annotated[EventQuestion, Query()], request: Request) -> Response:
        """What rules made of streams and groups. JSON page by page, JSON lines and CSV as a file of all.

        Where the history cannot be read, what is in memory is answered, and `historyError` (of files the
        header `history-error`) says why.
        """
        form = question.form(request.headers.get("accept", ""))
        wanted = question.filter()
        read = partial(read_events, wanted=wanted, order=question.order)
        remembered = partial(remembered_events, feed, wanted, question.order)
        return await answers.answer(read, question, form, remembered)

    @router.get("/{event_id}", response_model=EventDocument, responses={404: _PROBLEM, 503: _PROBLEM})
    async def show_event(event_id: str) -> Response:
        """One event with its evidence."""
        known = re.fullmatch(_EVENT, event_id) is not None
        document = await _document(feed, database, event_id) if known else None
        if document is None:
            return problem(404, f"There is no event {event_id[:64]!r}.")
        return Response(document, media_type="application/json")

    return router


async def _document(feed: Feed, database: Database, event_id: str) -> str | None:
    """Raises `HistoryUnavailableError` where only the history can tell."""
    try:
        return await database.read(partial(read_event, event_id=event_id))
    except HistoryUnavailableError:
        document = remembered_event(feed, event_id)
        if document is None:
            raise
        return document
