"""An answer that is written piece by piece, as a file to be saved, and of which little is held at once."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, TypeVar

from starlette.responses import StreamingResponse

from web.history.database import HistoryUnavailableError
from web.history.formats.form import MEDIA_TYPES, SUFFIXES

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator

    from starlette.types import Receive, Scope, Send

    from web.history.formats.form import Form
    from web.history.formats.sheet import Encoder

T = TypeVar("T")

HISTORY_ERROR = "history-error"
"""The header that says why what was recorded is not in the answer."""

_ONE_LINE = str.maketrans("\r\n", "  ")

log = logging.getLogger(__name__)


class FileAnswer(StreamingResponse):
    """A file of this form. Where the database is lost on the way, the connection ends before the file does,
    so that nobody takes the half for the whole.
    """

    def __init__(self, pieces: AsyncIterable[bytes], form: Form, name: str, error: str | None = None) -> None:
        headers = {"content-disposition": f'attachment; filename="{name}.{SUFFIXES[form]}"'}
        if error is not None:
            headers[HISTORY_ERROR] = error.encode("ascii", "replace").decode().translate(_ONE_LINE)
        super().__init__(pieces, headers=headers, media_type=MEDIA_TYPES[form])
        self._name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except asyncio.CancelledError:  # the server cancels a request only when it stops
            log.warning("the answer %s was broken off: the service is stopping", self._name)

    async def stream_response(self, send: Send) -> None:
        try:
            await super().stream_response(send)
        except HistoryUnavailableError as error:
            log.warning("the answer %s was broken off: %s", self._name, error)


async def pieces_of(portions: AsyncIterable[T], encoder: Encoder[T]) -> AsyncIterator[bytes]:
    """The portions encoded one by one, in a thread."""
    yield await asyncio.to_thread(encoder.begin)
    async for portion in portions:
        yield await asyncio.to_thread(encoder.add, portion)
    yield await asyncio.to_thread(encoder.end)
