"""The answers to questions about a log: a page of JSON, or all of it as a file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from starlette.responses import Response

from web.chunked import FileAnswer, pieces_of
from web.history.database import HistoryUnavailableError
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


class Remembered(Protocol[T]):
    """What a `ReadLog` reads, as far as it is in memory."""

    def __call__(self, *, limit: int, after: Place | None) -> Sequence[T]: ...


class LogAnswers(Generic[E]):
    """Answers about entries (`E`) of one kind.

    Where the database cannot be read, what is `remembered` is answered, with a `historyError`; where nothing
    ever is, all calls raise `HistoryUnavailableError`.
    """

    def __init__(self, database: Database, sheet: Sheet[Sequence[E]], place: Callable[[E], Place]) -> None:
        self._database = database
        self._sheet = sheet
        self._place = place

    async def answer(
        self,
        read: ReadLog[E],
        question: LogQuestion,
        form: TextForm,
        remembered: Remembered[E] | None = None,
    ) -> Response:
        if form == "json":
            return await self._page(read, remembered, question.limit or USUAL_PAGE, question.after())
        limit = min(question.limit or PORTION, PORTION)
        first, error = await self._first(read, remembered, limit, None)
        if error is None or remembered is None:
            portions = self._portions(read, first, more=question.limit is None)
        else:
            portions = self._remembered_portions(remembered, first, more=question.limit is None)
        return FileAnswer(pieces_of(portions, encoder(form, self._sheet)), form, self._sheet.name, error)

    async def _first(
        self, read: ReadLog[E], remembered: Remembered[E] | None, limit: int, after: Place | None
    ) -> tuple[Sequence[E], str | None]:
        """Entries, and why they are not those of the database."""
        try:
            return await self._database.read(partial(read, limit=limit, after=after)), None
        except HistoryUnavailableError as unavailable:
            if remembered is None:
                raise
            return remembered(limit=limit, after=after), str(unavailable)

    async def _page(
        self, read: ReadLog[E], remembered: Remembered[E] | None, limit: int, after: Place | None
    ) -> Response:
        found, error = await self._first(read, remembered, limit + 1, after)
        shown = found[:limit]
        more = {"nextCursor": self._place(shown[-1]).cursor} if len(found) > limit else {}
        if error is not None:
            more["historyError"] = error
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

    async def _remembered_portions(
        self, remembered: Remembered[E], portion: Sequence[E], *, more: bool
    ) -> AsyncIterator[Sequence[E]]:
        yield portion
        while more and len(portion) == PORTION:
            portion = remembered(limit=PORTION, after=self._place(portion[-1]))
            yield portion
