"""Who publishes to which stream: one at a time, each through a session with a secret name."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stream.webrtc.failures import FullError, TakenError, UnknownStreamError
from stream.webrtc.offers import Offer
from stream.webrtc.whip_source import WhipSource

if TYPE_CHECKING:
    from stream.limits import Limits
    from stream.spec import StreamSpec
    from stream.webrtc.options import WebRtcOptions


@dataclass(frozen=True, slots=True)
class Session:
    """What a publisher gets: its name, which is a secret, and the answer to its offer."""

    id: str = field(repr=False)
    answer: str = field(repr=False)


class Publishers:
    """`source` says that publishers of a stream are waited for; `publish` lets one in."""

    def __init__(self, options: WebRtcOptions, limits: Limits) -> None:
        self._options = options
        self._limits = limits
        self._sources: dict[str, WhipSource] = {}
        self._replaced: list[WhipSource] = []

    def source(self, spec: StreamSpec) -> WhipSource:
        """The place publishers of this stream come to; it replaces the one of before."""
        if before := self._sources.get(spec.id):
            self._replaced.append(before)
        source = self._sources[spec.id] = WhipSource(spec, self._options, self._limits)
        return source

    @property
    def sessions(self) -> int:
        """How many publishers are connected or connecting."""
        return sum(source.taken for source in self._sources.values())

    def live(self, stream: str) -> bool:
        """Whether a publisher of this stream is connected or connecting."""
        source = self._sources.get(stream)
        return source is not None and source.taken

    def change(self, spec: StreamSpec) -> None:
        """The stream of this id wants other frames; its publisher stays."""
        self._sources[spec.id].change(spec)

    def check(self, offer: str) -> None:
        """Raises `OfferError` for an offer that `publish` would not answer, whatever the stream."""
        Offer(offer)

    async def publish(self, stream: str, offer: str) -> Session:
        """Raises `OfferError`, `TakenError`, `FullError`, `UnknownStreamError` before `source`, and
        `ClosedError` when the stream is left meanwhile.
        """
        read = Offer(offer)
        await self._close_replaced()
        source = self._sources.get(stream)
        if source is None:
            raise UnknownStreamError(f"No publisher is waited for under the name “{stream}”.")
        if source.taken:
            raise TakenError(f"Somebody publishes to “{stream}” already. End that session first.")
        if self.sessions >= self._options.sessions:
            raise FullError(
                f"{self._options.sessions} publishers are connected; webrtc.sessions allows no more."
            )
        session = secrets.token_urlsafe(24)
        return Session(session, await source.admit(session, read))

    async def end(self, stream: str, session: str) -> bool:
        """Ends this session, and with it its source's frames; false if there is none of this name."""
        source = self._sources.get(stream)
        return source is not None and await source.dismiss(session)

    async def leave(self, stream: str) -> None:
        """Ends whatever publishes to this stream and waits for publishers no more."""
        if source := self._sources.pop(stream, None):
            self._replaced.append(source)
        await self._close_replaced()

    async def close(self) -> None:
        self._replaced += self._sources.values()
        self._sources.clear()
        await self._close_replaced()

    async def _close_replaced(self) -> None:
        while self._replaced:
            await self._replaced.pop().close()
