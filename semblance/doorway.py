"""The way in for publishers: who is let in to which stream, and what becomes of it when they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from stream.webrtc.failures import ClosedError, FullError, OfferError, TakenError, UnknownStreamError
from web.service import (
    NoRoomError,
    OfferRefusedError,
    PublisherTakenError,
    PublishSession,
    UnknownSessionError,
)

if TYPE_CHECKING:
    from semblance.guests import Guests
    from stream import StreamSpec


class Admitted(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def answer(self) -> str: ...


class Publishers(Protocol):
    """The sessions of those who publish, at most one a stream."""

    def live(self, stream: str) -> bool:
        """Whether somebody publishes this stream, or is about to."""
        ...

    def check(self, offer: str) -> None:
        """Raises `OfferError` for an offer that no stream would answer."""
        ...

    async def publish(self, stream: str, offer: str) -> Admitted:
        """Cancelled, it leaves nothing. Raises the errors of `stream.webrtc.failures`."""
        ...

    async def end(self, stream: str, session: str) -> bool:
        """The publisher took its leave; false if there is no such session."""
        ...

    def change(self, spec: StreamSpec) -> None:
        """The stream of this id is read at other rates from now on; its publisher stays."""
        ...

    async def leave(self, stream: str) -> None:
        """Ends whatever publishes there."""
        ...


class Streams(Protocol):
    """What publishers publish to."""

    async def open_to(self, stream: str) -> bool:
        """Makes the stream ready for a publisher; true if it was made for it.

        Raises `PublisherTakenError` where the stream comes from elsewhere.
        """
        ...

    def expect(self, stream: str) -> bool:
        """A publisher was let in; false if the stream is gone, or about to be."""
        ...

    def seen(self, stream: str) -> bool:
        """Whether a picture of this stream has ever come."""
        ...


class Doorway:
    """Publishers come in and leave; the streams made for them are forgotten after a while."""

    def __init__(self, publishers: Publishers, streams: Streams, guests: Guests) -> None:
        self._publishers = publishers
        self._streams = streams
        self._guests = guests

    async def publish(self, stream: str, offer: str) -> PublishSession:
        """As `web.service.Service` has it. A stream is made only for an offer that can be answered."""
        self._check(offer)
        made = await self._streams.open_to(stream)
        with self._guests.at_the_door(stream, made=made):
            session = await self._admitted(stream, offer)
            if not self._streams.expect(stream):
                await self._publishers.end(stream, session.id)
                raise _just_changed(stream)
            self._guests.let_in(stream)
        return PublishSession(session.id, session.answer)

    async def unpublish(self, stream: str, session: str) -> None:
        """As `web.service.Service` has it."""
        if not await self._publishers.end(stream, session):
            raise UnknownSessionError(stream)
        if not self._streams.seen(stream):
            self._guests.saw_nothing(stream)

    def change(self, spec: StreamSpec) -> None:
        """The publisher stays."""
        self._publishers.change(spec)

    async def close(self, stream: str) -> None:
        """The stream is gone, or comes from elsewhere now: whoever publishes is thrown out."""
        self._guests.gone(stream)
        await self._publishers.leave(stream)

    def forgotten(self, now: float) -> list[str]:
        """The streams that are to be removed now; called often."""
        return self._guests.due(now, self._publishers.live)

    def _check(self, offer: str) -> None:
        try:
            self._publishers.check(offer)
        except OfferError as error:
            raise OfferRefusedError(str(error)) from None

    async def _admitted(self, stream: str, offer: str) -> Admitted:
        try:
            return await self._publishers.publish(stream, offer)
        except TakenError:
            raise PublisherTakenError(
                f"Somebody publishes {stream!r} already; choose another id, or end that one first."
            ) from None
        except FullError as error:
            raise NoRoomError(str(error)) from None
        except (UnknownStreamError, ClosedError):
            raise _just_changed(stream) from None


def _just_changed(stream: str) -> NoRoomError:
    return NoRoomError(f"The stream {stream!r} was changed or removed just now; publish once more.")
