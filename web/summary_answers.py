"""The answers to questions about summaries: pages of JSON, and files in other forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.chunked import FileAnswer, pieces_of
from web.history.database import HistoryUnavailableError
from web.history.formats.form import encoder
from web.history.formats.fragments import Fragments
from web.history.formats.step_sheet import StepSheet
from web.history.formats.summary_sheet import SummarySheet
from web.history.place import Place
from web.history.queries.reach import EVER
from web.history.steps import Steps, slot_of
from web.messages import encode
from web.summary_question import LONGEST_PAGE, USUAL_PAGE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import numpy as np
    from starlette.responses import Response

    from web.history.formats.form import Form
    from web.history.formats.sheet import Encoder
    from web.history.queries.reach import Reach
    from web.history.queries.summary_history import Portions, SummaryHistory

    Rows = np.ndarray[Any, np.dtype[np.void]]

_SECOND = 1_000_000


class SummaryAnswers:
    """Answers from a history of summaries, of one reach after the other."""

    def __init__(self, history: SummaryHistory) -> None:
        self._history = history

    async def page(self, reach: Reach, limit: int | None, before: Place | None) -> str:
        """The newest summaries before a place, as JSON."""
        page = await self._history.page(reach, limit or USUAL_PAGE, before)
        return _document("summaries", [kept.text for kept in page.kept], page.earlier, page.error)

    async def steps_page(self, reach: Reach, step: int, limit: int | None, before: Place | None) -> str:
        """The newest steps before a place, as JSON."""
        if before is not None:
            reach = reach._replace(until=min(reach.until, before.at))
        try:
            part = await self._newest_steps(reach, step, limit or LONGEST_PAGE)
        except HistoryUnavailableError as unavailable:
            return _document("steps", [], None, str(unavailable))
        portions = await self._history.portions(part)
        sheet = StepSheet(reach.stream, reach.window)
        texts = [text async for rows in _in_steps(portions, step) for text in sheet.documents(rows)]
        earlier = None
        if portions.error is None and part.since > reach.since:
            more = await self._history.newest_end(reach._replace(until=part.since))
            earlier = None if more is None else Place(part.since, "0")
        return _document("steps", texts, earlier, portions.error)

    async def file(
        self, reach: Reach, form: Form, *, interval: float, step: int | None, limit: int | None, live: bool
    ) -> Response:
        """All of the reach, or the newest `limit`, in a form. `live`: memory alone will do in need.

        Raises `HistoryUnavailableError`.
        """
        if limit is not None:
            reach = await self._newest(reach, limit, step)
        portions = await self._history.portions(reach)
        if portions.error is not None and not live:
            raise HistoryUnavailableError(portions.error)
        name = f"{reach.stream}-{reach.window}"
        if step is None:
            return FileAnswer(
                pieces_of(portions, _encoder(form, reach, interval)), form, name, portions.error
            )
        seconds = step / _SECOND
        pieces = pieces_of(_in_steps(portions, step), _encoder(form, reach, seconds, steps=True))
        return FileAnswer(pieces, form, f"{name}-{seconds:g}s", portions.error)

    async def _newest(self, reach: Reach, limit: int, step: int | None) -> Reach:
        if step is not None:
            return await self._newest_steps(reach, step, limit)
        page = await self._history.page(reach, limit)
        return reach._replace(since=round(page.kept[0].end * _SECOND) - 1) if page.kept else reach

    async def _newest_steps(self, reach: Reach, step: int, limit: int) -> Reach:
        """The part of the reach that its newest `limit` steps are."""
        newest = await self._history.newest_end(reach)
        if newest is None:
            return reach
        return reach._replace(since=max(reach.since, (slot_of(newest, step) - limit + 1) * step))


async def _in_steps(portions: Portions, step: int) -> AsyncIterator[Rows]:
    steps = Steps(step)
    async for rows in portions:
        yield steps.add(rows)
    yield steps.finish()


def _encoder(form: Form, reach: Reach, interval: float, *, steps: bool = False) -> Encoder[Rows]:
    if form == "emotion-api":
        return Fragments(round(interval * _SECOND))
    if steps:
        return encoder(form, StepSheet(reach.stream, reach.window))
    return encoder(form, SummarySheet(reach.stream, reach.window))


def _document(name: str, texts: list[str], earlier: Place | None, error: str | None) -> str:
    more: dict[str, str] = {}
    if earlier is not None and earlier.at > -EVER:
        more["nextCursor"] = earlier.cursor
    if error is not None:
        more["historyError"] = error
    rest = f",{encode(more)[1:]}" if more else "}"
    return f'{{"{name}":[{",".join(texts)}]{rest}'
