"""Which window of which stream is asked for: of those the service has, and of those it once had."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from web.history.database import HistoryUnavailableError
from web.problems import FieldError
from web.service import UnknownStreamError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.history.queries.summary_history import SummaryHistory
    from web.history.summaries import StreamWindow
    from web.service import Service


class AskedWindow(NamedTuple):
    """In seconds, `interval` 0 where it is not known; `live` is whether the service has the stream now."""

    name: str
    length: float
    interval: float
    live: bool


class SummaryWindows:
    """Knows the windows of streams and groups, also of those that are gone."""

    def __init__(self, service: Service, history: SummaryHistory) -> None:
        self._service = service
        self._history = history

    async def find(self, stream: str, name: str | None) -> AskedWindow:
        """The window of this name, or the first there is.

        Raises `UnknownStreamError`, `FieldError`, and `HistoryUnavailableError` where only the history knows.
        """
        live = self._is_live(stream)
        configured = [window for window in self._service.windows if live]
        if live and name in (None, *(window.name for window in configured)):
            window = next(each for each in configured if name in (None, each.name))
            return AskedWindow(window.name, window.length, window.interval, live=True)
        recorded = await self._recorded(stream, live=live)
        names = list(
            dict.fromkeys([*(each.name for each in configured), *(each.window for each in recorded)])
        )
        wanted = self._first(names) if name is None else name
        found = [each for each in recorded if each.window == wanted]
        if not found:
            raise FieldError("window", f"There is no window {name!r}; there are {', '.join(names)}.")
        return AskedWindow(wanted, found[-1].length, found[-1].interval, live=live)

    async def knows(self, stream: str) -> bool:
        """Whether there is or was such a stream or group. Raises `HistoryUnavailableError`."""
        return self._is_live(stream) or bool(await self._history.windows(stream))

    async def _recorded(self, stream: str, *, live: bool) -> Sequence[StreamWindow]:
        try:
            recorded = await self._history.windows(stream)
        except HistoryUnavailableError:
            if not live:
                raise
            return []
        if not live and not recorded:
            raise UnknownStreamError(stream)
        return recorded

    def _first(self, names: Sequence[str]) -> str:
        """The first configured one of them, if one is."""
        return next((each.name for each in self._service.windows if each.name in names), names[0])

    def _is_live(self, stream: str) -> bool:
        """Whether it is a stream of the service, or a group that had a window."""
        try:
            self._service.stream(stream)
        except UnknownStreamError:
            return self._history.feed.newest(stream) > 0
        return True
