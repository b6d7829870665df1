"""The answer that holds a result: it comes from the disk as it is sent, and is never in memory as a whole."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response, StreamingResponse

from web.emotion.operation import status_json

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

    from web.emotion.operation import Operation
    from web.emotion.operation_folder import StoredResult
    from web.emotion.operations import Operations

_log = logging.getLogger(__name__)


async def status_answer(operations: Operations, operation: Operation) -> Response:
    """How an operation stands, and its result if it has one. Raises `EmotionError`."""
    if operation.status == "Succeeded":
        return _ResultAnswer(operations, operation, await operations.result(operation))
    if operation.ended:
        await operations.seen(operation)
    return JSONResponse(status_json(operation))


class _ResultAnswer(StreamingResponse):
    """Where it cannot be sent to its end, the connection ends before it does, and nobody has seen it."""

    def __init__(self, operations: Operations, operation: Operation, result: StoredResult) -> None:
        self._operations = operations
        self._operation = operation
        self._result = result
        told = JSONResponse(status_json(operation)).body  # written as it was before there was a result
        self._before = bytes(told[:-1]) + b',"processingResult":'
        self._after = b"}"
        length = len(self._before) + result.size + len(self._after)
        super().__init__(
            self._pieces(), headers={"content-length": str(length)}, media_type="application/json"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except asyncio.CancelledError:  # the server cancels a request only when it stops
            _log.warning("the result of %s was not sent whole: the service is stopping", self._operation.id)
        finally:
            self._result.file.close()

    async def stream_response(self, send: Send) -> None:
        try:
            await super().stream_response(send)
        except OSError as error:
            _log.warning("the result of %s was not sent whole: %s", self._operation.id, error)

    async def _pieces(self) -> AsyncIterator[bytes]:
        yield self._before
        async for piece in self._operations.pieces(self._result):
            yield piece
        yield self._after
        await self._operations.seen(self._operation)
