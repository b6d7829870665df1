"""The answers to questions about summaries: pages of JSON, and files in other forms."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregation import microseconds
from web.chunked import FileAnswer, pieces_of
from web.history.database import HistoryUnavailableError
from web.history.formats.step_sheet import StepSheet
from web.history.formats.summary_form import summary_encoder
from web.history.place import Place
from web.history.queries.portions import LARGE, PORTION, PartReader, RowReader
from web.history.queries.reach import EVER
from web.history.steps import Steps, slot_of
from web.messages import encode
from web.summary_question import LONGEST_PAGE, USUAL_PAGE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from starlette.responses import Response

    from web.history.formats.form import Form
    from web.history.formats.summary_form import Rows
    from web.history.queries.part import Part
    from web.history.queries.reach import Reach
    from web.history.queries.summary_history import Portions, SummaryHistory


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made out: `interval` (of the window, 0: not known) and `step` in microseconds.

    `live`: the service has the stream, so what is in memory alone will do in need.
    """

    reach: Reach
    interval: int
    step: int | None
    limit: int | None
    before: Place | None
    live: bool


class SummaryAnswers:
    """Answers from a history of summaries."""

    def __init__(self, history: SummaryHistory) -> None:
        self._history = history

    async def page(self, asked: Asked) -> str:
        """The newest summaries, or the newest before a place, as JSON."""
        if asked.step is not None:
            return await self._steps_page(asked, asked.step)
        page = await self._history.page(asked.reach, asked.limit or USUAL_PAGE, asked.before)
        return _document("summaries", [kept.text for kept in page.kept], page.earlier, page.error)

    async def file(self, asked: Asked, form: Form) -> Response:
        """All within the reach, or the newest `limit`, in a form. Raises `HistoryUnavailableError`."""
        reach = await self._newest(asked) if asked.limit is not None else asked.reach
        encoder = summary_encoder(form, reach, asked.interval, asked.step)
        name = f"{reach.stream}-{reach.window}"
        if asked.step is None:
            rows = await self._history.portions(reach, RowReader(PORTION))
            pieces, error = pieces_of(rows, encoder), rows.error
        else:
            parts = await self._history.portions(reach, PartReader(LARGE))
            pieces = pieces_of(_in_steps(parts, asked.step, asked.interval), encoder)
            name, error = f"{name}-{microseconds.to_seconds(asked.step):g}s", parts.error
        if error is not None and not asked.live:
            raise HistoryUnavailableError(error)
        return FileAnswer(pieces, form, name, error)

    async def _steps_page(self, asked: Asked, step: int) -> str:
        reach = asked.reach
        if asked.before is not None:
            reach = reach._replace(until=min(reach.until, asked.before.at))
        try:
            part = await self._newest_steps(reach, step, asked.limit or LONGEST_PAGE)
        except HistoryUnavailableError as unavailable:
            return _document("steps", [], None, str(unavailable))
        portions = await self._history.portions(part, PartReader(LARGE))
        texts: list[str] = []
        async for rows in _in_steps(portions, step, asked.interval):
            texts += await asyncio.to_thread(_texts, rows, StepSheet(reach.stream, reach.window))
        earlier, error = None, portions.error
        if part.since > reach.since:
            try:
                more = await self._history.newest_end(reach._replace(until=part.since))
            except HistoryUnavailableError as unavailable:
                more, error = None, str(unavailable)
            earlier = None if more is None else Place(part.since, "0")
        return _document("steps", texts, earlier, error)

    async def _newest(self, asked: Asked) -> Reach:
        """The part of the reach that its newest summaries or steps are."""
        limit = asked.limit or USUAL_PAGE
        if asked.step is not None:
            return await self._newest_steps(asked.reach, asked.step, limit)
        page = await self._history.page(asked.reach, limit)
        if not page.kept:
            return asked.reach
        return asked.reach._replace(since=microseconds.from_seconds(page.kept[0].end) - 1)

    async def _newest_steps(self, reach: Reach, step: int, limit: int) -> Reach:
        newest = await self._history.newest_end(reach)
        if newest is None:
            return reach
        return reach._replace(since=max(reach.since, (slot_of(newest, step) - limit + 1) * step))


async def _in_steps(portions: Portions[Sequence[Part]], step: int, interval: int) -> AsyncIterator[Rows]:
    steps = Steps(step, interval)
    async for parts in portions:
        yield await asyncio.to_thread(steps.add, parts)
    yield steps.finish()


def _texts(rows: Rows, sheet: StepSheet) -> list[str]:
    return list(sheet.documents(rows))


def _document(name: str, texts: list[str], earlier: Place | None, error: str | None) -> str:
    more: dict[str, str] = {}
    if earlier is not None and earlier.at > -EVER:
        more["nextCursor"] = earlier.cursor
    if error is not None:
        more["historyError"] = error
    rest = f",{encode(more)[1:]}" if more else "}"
    return f'{{"{name}":[{",".join(texts)}]{rest}'
