"""What becomes of the operations that the service before left in the folder."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from web.emotion.operation import Operation
    from web.emotion.operation_folder import OperationFolder

_GONE = "The video is not there any more: the service ended before it was read."

_log = logging.getLogger(__name__)


def recover(folder: OperationFolder, now: float) -> list[Operation]:
    """Those that go on, the oldest first: as they ended, or from their begin. `now` is in UTC seconds.

    Blocks. One whose part of the folder cannot be used stays there for the next service. Raises `OSError`.
    """
    recovered = []
    for operation in folder.operations():
        try:
            found = _ended(folder, operation) if operation.ended else _unfinished(folder, operation, now)
        except OSError as error:
            _log.warning("the operation %s cannot be taken up: %s", operation.id, error)
            continue
        if found is not None:
            recovered.append(found)
    return recovered


def _ended(folder: OperationFolder, operation: Operation) -> Operation | None:
    folder.drop_video(operation.id)
    size = folder.result_size(operation.id)
    if operation.status == "Failed" or size is not None:
        return replace(operation, result_bytes=size or 0)
    folder.remove(operation.id)
    return None


def _unfinished(folder: OperationFolder, operation: Operation, now: float) -> Operation:
    if operation.url is not None or folder.has_video(operation.id):
        return replace(operation, status="NotStarted", progress=0.0)
    size = folder.result_size(operation.id)
    if size is None:
        ended = replace(operation, status="Failed", message=_GONE, changed=now)
    else:  # there was no room for its end, and none until the video went
        ended = replace(operation, status="Succeeded", progress=1.0, changed=now, result_bytes=size)
    folder.end(ended)
    return ended
