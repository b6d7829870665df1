"""Turns what an operator says of a stream into the source that yields its frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stream.addresses import parse_address
from stream.av_source import AvSource
from stream.pattern import parse_address as parse_pattern
from stream.pattern_source import PatternSource

if TYPE_CHECKING:
    from stream.limits import Limits
    from stream.source import Source
    from stream.spec import StreamSpec


def open_source(spec: StreamSpec, *, live: bool = True, limits: Limits | None = None) -> Source:
    """The source for this address; nothing is opened before its `frames()` are asked for.

    Live, at most `spec.fps` frames a second are handed on and only the newest waits; a file is played at its
    own pace. Otherwise every frame is, as fast as they are taken, of a test pattern one cycle. Raises
    `AddressError`.
    """
    address = parse_address(spec.url)
    if address.kind == "pattern":
        return PatternSource(spec.id, parse_pattern(spec.url), fps=spec.fps, live=live)
    return AvSource(spec.id, address, fps=spec.fps, live=live, loop=spec.loop, limits=limits)
