"""The state of the history over REST, and erasing what it holds of a stream."""

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Protocol

from fastapi import APIRouter, Query
from pydantic import Field

from stream.identifier import Id
from web.documents import ProblemDocument
from web.history.database import HistoryUnavailableError
from web.history.erasing import Erasure
from web.history.figures import figures
from web.history.queries.reach import microseconds_of
from web.history.store import Store
from web.history_state import CountsDocument, ErasedDocument, HistoryDocument, KeepDocument
from web.messages import utc
from web.moment import Moment
from web.problems import FieldError

_PROBLEM: dict[str, object] = {"model": ProblemDocument}


class Memory(Protocol):
    """What is remembered beside the database."""

    def erase(self, stream: str, since: float, until: float) -> None:
        """Forgets all that tells of the stream between two times, in UTC seconds."""
        ...


def history_router(store: Store, memory: Memory, clock: Callable[[], float] = time.time) -> APIRouter:
    router = APIRouter(prefix="/api/v1/history", tags=["history"])

    @router.get("")
    async def show_history() -> HistoryDocument:
        """Whether what happens is recorded, where, and how much there is."""
        try:
            counted = await store.read(lambda connection: figures(connection, store.location))
        except HistoryUnavailableError:
            counted = None
        condition = store.condition
        return HistoryDocument(
            state=condition.state,
            error=condition.error,
            since=utc(condition.since_utc),
            kind=store.location.kind,
            place=condition.place,
            bytes=None if counted is None else counted.bytes,
            counts=None if counted is None else CountsDocument(**_without_bytes(asdict(counted))),
            waiting=condition.waiting,
            dropped=condition.dropped,
            damaged=condition.damaged,
            keep=KeepDocument(**asdict(store.keep)),
        )

    @router.delete("", responses={422: _PROBLEM, 503: _PROBLEM})
    async def erase_history(
        stream: Annotated[Id, Query(description="Of this stream or group, there now or not.")],
        since: Annotated[Moment, Field(description="From then on.")],
        until: Annotated[Moment | None, Field(description="Up to then; now if left out.")] = None,
    ) -> ErasedDocument:
        """Erase for good what was recorded of a stream: summaries, events, their deliveries, markers."""
        now = round(clock() * 1_000_000)
        erasure = Erasure(stream, microseconds_of(since, 0), microseconds_of(until, now))
        if erasure.since > erasure.until:
            raise FieldError("since", "The range ends (until) before it begins (since).")
        memory.erase(stream, erasure.since / 1e6, erasure.until / 1e6)
        outcome = await store.erase(erasure)
        begin, end = utc(erasure.since / 1e6), utc(erasure.until / 1e6)
        return ErasedDocument(
            stream=stream,
            since=begin,
            until=end,
            **asdict(outcome.erased),
            settled=outcome.settled,
            set_aside=list(outcome.set_aside),
        )

    return router


def _without_bytes(counted: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counted.items() if name != "bytes"}
