"""Addresses tried before streams are made of them."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from stream.addresses import check_address
from stream.redaction import redact
from stream.source import SourceError, SourceInfo
from web.service import TooManyTestsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from stream import Source, StreamSpec

MOST = 4
"""At once: each may hold a thread and a connection for as long as the limits of sources allow."""


class AddressTrials:
    """Opens sources of their own, beside those of the streams, and always closes them."""

    def __init__(self, open_source: Callable[[StreamSpec], Source]) -> None:
        self._open_source = open_source
        self._running = 0

    async def run(self, spec: StreamSpec) -> SourceInfo:
        """What the medium says of itself once a picture has come.

        Raises `SourceError` where none came, `TooManyTestsError`.
        """
        if check_address(spec.url) == "whip":
            raise SourceError(
                "unreachable",
                "Nothing can be opened at whip: such a stream waits until a camera or program publishes to "
                "it. Add it, then start publishing.",
            )
        if self._running >= MOST:
            raise TooManyTestsError(f"{MOST} addresses are being tried already; try again in some seconds.")
        self._running += 1
        try:
            return await _first_picture(self._open_source(spec), spec)
        finally:
            self._running -= 1


async def _first_picture(source: Source, spec: StreamSpec) -> SourceInfo:
    async with aclosing(source.frames()) as frames:
        async for frame in frames:
            return source.info or SourceInfo(frame.pixels.width, frame.pixels.height, None, "")
    raise SourceError("ended", f"{redact(spec.url)} ended before its first picture.")
