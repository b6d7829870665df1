"""Where a recording ends: what it says itself, and what is there of it."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import TYPE_CHECKING

import av
import av.error

from stream.av_medium import open_medium
from stream.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer

    from stream.addresses import Address


def recorded_length(address: Address) -> float | None:
    """The seconds a file says it lasts, `None` where it says nothing. Blocks; raises `SourceError`."""
    medium = open_medium(address, Limits(), live=False)
    with closing(medium.container):
        return medium.info(0, 0).duration


def reaches(address: Address, seconds: float, beyond: float) -> bool:
    """Whether anything in a file, sound too, plays at these `seconds`; it is known to play up to `beyond`.

    Pictures may well end earlier than the whole, or the last of them be shown for long. Nothing is decoded.
    Blocks; raises `SourceError`.
    """
    medium = open_medium(address, Limits(), live=False)
    with closing(medium.container):
        return any(end >= seconds for end in _ends(medium.container, beyond))


def _ends(container: InputContainer, beyond: float) -> Iterator[float]:
    """The end of each packet, in seconds since the beginning, as far as packets can be read."""
    start = container.start_time or 0
    with suppress(av.error.FFmpegError):  # what cannot be sought in is read from its beginning
        container.seek(start + round(beyond * av.time_base), backward=True)
    with suppress(av.error.FFmpegError):
        for packet in container.demux():
            if packet.pts is not None and packet.time_base is not None:
                end = (packet.pts + (packet.duration or 0)) * packet.time_base
                yield float(end) - start / av.time_base
