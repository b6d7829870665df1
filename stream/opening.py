"""Turns what an operator says of a stream into the source that yields its frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from stream.addresses import AddressError, parse_address
from stream.av_source import AvSource
from stream.pattern import parse_address as parse_pattern
from stream.pattern_source import PatternSource

if TYPE_CHECKING:
    from stream.decoding_turns import DecodingTurns
    from stream.hardware import Hardware
    from stream.limits import Limits
    from stream.source import Source
    from stream.spec import StreamSpec
    from stream.webrtc.options import WebRtcOptions


class WhipSources(Protocol):
    """Those who publish by WHIP, as `stream.webrtc.publishers.Publishers` knows them."""

    def source(self, spec: StreamSpec) -> Source:
        """The frames of whoever publishes to this stream."""
        ...


def open_source(
    spec: StreamSpec,
    *,
    live: bool = True,
    limits: Limits | None = None,
    webrtc: WebRtcOptions | None = None,
    publishers: WhipSources | None = None,
    hardware: Hardware | None = None,
    turns: DecodingTurns | None = None,
) -> Source:
    """The source for this address; nothing is opened before its `frames()` are asked for.

    Live, at most `spec.fps` frames a second are handed on and only the newest waits; a file is played at its
    own pace. Otherwise every frame is, as fast as they are taken, of a test pattern one cycle. `hardware`
    decodes what FFmpeg opens, where it can, and all with the same `turns` take turns at it. Raises
    `AddressError`, also for `whip:` where there are no `publishers`.
    """
    address = parse_address(spec.url)
    match address.kind:
        case "pattern":
            return PatternSource(spec.id, parse_pattern(spec.url), fps=spec.fps, live=live)
        case "whip":
            if publishers is None:
                raise AddressError(
                    "Streams are published (whip:) to a running service alone: semblance serve."
                )
            return publishers.source(spec)
        case "whep":
            from stream.webrtc.options import WebRtcOptions
            from stream.webrtc.whep import WhepSource  # aiortc takes long to import

            return WhepSource(spec.id, address, webrtc or WebRtcOptions(), fps=spec.fps, limits=limits)
    fps = spec.fps if live else None
    return AvSource(
        spec.id,
        address,
        fps=fps,
        live=live,
        loop=spec.loop,
        limits=limits,
        hardware=hardware,
        turns=turns,
    )
