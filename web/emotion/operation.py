"""An operation: a video that was sent in, from its arrival to the end of its result."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args
from uuid import uuid4

from pydantic import TypeAdapter

from web.emotion.models import OutputStyle  # noqa: TC001 - pydantic reads the annotation
from web.messages import utc

Status: TypeAlias = Literal["NotStarted", "Uploading", "Running", "Succeeded", "Failed"]
STATUSES: tuple[Status, ...] = get_args(Status)

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Operation:
    """Times are UTC seconds, `progress` is a share of the video.

    `url` is where its video still has to be fetched from, and may hold a password; `attempts` is how often
    the reading of it began; `result_bytes` is what its result takes of the disk.
    """

    id: str
    style: OutputStyle
    created: float
    changed: float
    status: Status = "NotStarted"
    progress: float = 0.0
    message: str | None = None
    url: str | None = field(default=None, repr=False)
    attempts: int = 0
    result_bytes: int = 0

    @property
    def ended(self) -> bool:
        return self.status in ("Succeeded", "Failed")


_STORED = TypeAdapter(Operation)


def new_id() -> str:
    return str(uuid4())


def is_id(name: str) -> bool:
    """Whether this is written as `new_id` writes them."""
    return _ID.fullmatch(name) is not None


def stored(operation: Operation) -> bytes:
    """What is written of it."""
    return _STORED.dump_json(operation)


def restored(document: bytes) -> Operation:
    """Raises `ValueError` where this was not written by `stored`."""
    operation = _STORED.validate_json(document)
    try:
        status_json(operation)
    except (OverflowError, OSError) as error:
        raise ValueError(f"its times are none: {error}") from None
    return operation


def status_json(operation: Operation) -> dict[str, Any]:
    """What clients are told, but for the result of one that succeeded."""
    told = {
        "status": operation.status,
        "createdDateTime": utc(operation.created),
        "lastActionDateTime": utc(operation.changed),
        "progress": _percent(operation),
    }
    return told if operation.message is None else {**told, "message": operation.message}


def _percent(operation: Operation) -> int:
    """A hundred is said of nothing that is not done."""
    if operation.status == "Succeeded":
        return 100
    return min(99, max(0, int(operation.progress * 100)))
