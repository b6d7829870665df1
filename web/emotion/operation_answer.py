"""The answer that holds a result: it comes from the disk as it is sent, and is never in memory as a whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response, StreamingResponse

from web.emotion.operation import status_json

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from web.emotion.operation import Operation
    from web.emotion.operation_folder import StoredResult
    from web.emotion.operations import Operations


async def status_answer(operations: Operations, operation: Operation) -> Response:
    """How an operation stands, and its result if it has one. Raises `EmotionError`."""
    if operation.status == "Succeeded":
        return _with_result(operations, operation, await operations.result(operation))
    if operation.ended:
        await operations.seen(operation)
    return JSONResponse(status_json(operation))


def _with_result(operations: Operations, operation: Operation, result: StoredResult) -> Response:
    before = json.dumps(status_json(operation))[:-1].encode() + b', "processingResult": '
    after = b"}"
    length = len(before) + result.size + len(after)

    async def pieces() -> AsyncIterator[bytes]:
        try:
            yield before
            async for piece in operations.pieces(result):
                yield piece
            yield after
            await operations.seen(operation)
        finally:
            result.file.close()

    return StreamingResponse(pieces(), headers={"content-length": str(length)}, media_type="application/json")
