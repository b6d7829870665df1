"""Nobody publishes to a bench: the door that stays shut."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from stream.webrtc.failures import ClosedError

if TYPE_CHECKING:
    from stream import StreamSpec


class Nobody:
    """Implements `semblance.doorway.Publishers`."""

    def live(self, stream: str) -> bool:  # noqa: ARG002 - of no stream
        return False

    def check(self, offer: str) -> None:
        """Whatever is offered will be refused by `publish`."""

    async def publish(self, stream: str, offer: str) -> NoReturn:  # noqa: ARG002
        raise ClosedError

    async def end(self, stream: str, session: str) -> bool:  # noqa: ARG002
        return False

    def change(self, spec: StreamSpec) -> None:
        """There is no publisher whose stream could be changed."""

    async def leave(self, stream: str) -> None:
        """There is none that could be thrown out."""
