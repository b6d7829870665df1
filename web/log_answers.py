"""The answers to questions about a log: a page of JSON, or all of it as a file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from starlette.responses import Response

from web.chunked import FileAnswer, pieces_of
from web.history.formats.form import encoder
from web.messages import encode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from sqlalchemy import Connection

    from web.history.database import Database
    from web.history.formats.form import TextForm
    from web.history.formats.sheet import Sheet
    from web.history.place import Place
    from web.log_question import LogQuestion

T = TypeVar("T", covariant=True)
E = TypeVar("E")

USUAL_PAGE = 100
PORTION = 1000
"""Entries read at once for a file."""


class ReadLog(Protocol[T]):
    """Reads the first `limit` entries that follow a place, in the order and of the kind it was made for."""

    def __call__(self, connection: Connection, *, limit: int, after: Place | None) -> Sequence[T]: ...


class LogAnswers(Generic[E]):
    """Answers about entries (`E`) of one kind. All calls raise `HistoryUnavailableError`."""

    def __init__(self, database: Database, sheet: Sheet[Sequence[E]], place: Callable[[E], Place]) -> None:
        self._database = database
        self._sheet = sheet
        self._place = place

    async def answer(self, read: ReadLog[E], question: LogQuestion, form: TextForm) -> Response:
        if form == "json":
            return await self._page(read, question.limit or USUAL_PAGE, question.after())
        limit = question.limit
        first = await self._database.read(partial(read, limit=min(limit or PORTION, PORTION), after=None))
        portions = self._portions(read, first, more=limit is None)
        return FileAnswer(pieces_of(portions, encoder(form, self._sheet)), form, self._sheet.name)

    async def _page(self, read: ReadLog[E], limit: int, after: Place | None) -> Response:
        found = await self._database.read(partial(read, limit=limit + 1, after=after))
        shown = found[:limit]
        more = {"nextCursor": self._place(shown[-1]).cursor} if len(found) > limit else {}
        rest = f",{encode(more)[1:]}" if more else "}"
        body = f'{{"{self._sheet.name}":[{",".join(self._sheet.documents(shown))}]{rest}'
        return Response(body, media_type="application/json")

    async def _portions(
        self, read: ReadLog[E], portion: Sequence[E], *, more: bool
    ) -> AsyncIterator[Sequence[E]]:
        yield portion
        while more and len(portion) == PORTION:
            place = self._place(portion[-1])
            portion = await self._database.read(partial(read, limit=PORTION, after=place))
            yield portion
