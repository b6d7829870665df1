"""How FFmpeg is told to open each kind of address: time limits, low delay, and what it must not touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stream.addresses import Address, AddressKind
    from stream.limits import Limits

# A playlist or a redirect can name any address; FFmpeg follows only what stands here.
_PROTOCOLS: dict[AddressKind, str] = {
    "rtsp": "tcp,tls,udp,rtp",
    "http": "http,https,tcp,tls,crypto",
    "rtmp": "rtmp,rtmps,tcp,tls",
    "srt": "srt,udp",
    "file": "file",
}
_RECORDINGS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,mpegvideo,h264,hevc,m4v,mjpeg,mpjpeg,"
    "ivf,obu,mxf,wtv,rm,nut,dv,gif,apng,yuv4mpegpipe"
)
# Those that follow references (hls, concat, dash) and those that draw text (tty) are not among a file's.
_FORMATS: dict[AddressKind, str] = {
    "file": _RECORDINGS,
    "http": f"{_RECORDINGS},hls,aac,mp3,ac3,eac3,webvtt",
    "rtmp": "flv,live_flv,mpegts",
    "srt": "mpegts,h264,hevc",
    "rtsp": "rtsp,rtp,mpegts",
    "device": "video4linux2,v4l2",
}
# Not `fflags=nobuffer`: it throws away what was read while probing, and with it the first key frame.
_SHORT_PROBE = {"probesize": "500000", "analyzeduration": "500000", "fpsprobesize": "5"}


@dataclass(frozen=True, slots=True)
class OpeningOptions:
    """`format` names the demuxer where it must not be guessed; `options` are FFmpeg's own."""

    format: str | None
    options: dict[str, str]


def opening_options(address: Address, limits: Limits) -> OpeningOptions:
    options = {"format_whitelist": _FORMATS[address.kind]}
    if protocols := _PROTOCOLS.get(address.kind):
        options["protocol_whitelist"] = protocols
    options.update(_by_kind(address.kind, limits))
    if address.udp:
        options["rtsp_transport"] = "udp"
    return OpeningOptions("v4l2" if address.kind == "device" else None, options)


def _by_kind(kind: AddressKind, limits: Limits) -> dict[str, str]:
    patience = str(round(max(limits.open, limits.stall) * 1_000_000))
    match kind:
        case "rtsp":
            only_video = {"rtsp_transport": "tcp", "allowed_media_types": "video"}
            return {**_SHORT_PROBE, **only_video, "timeout": patience}
        case "http":
            return {"analyzeduration": "1000000", "rw_timeout": patience}
        case "rtmp":
            return {**_SHORT_PROBE, "rw_timeout": patience}
        case "srt":
            return {**_SHORT_PROBE, "timeout": patience}
        case _:
            return {}
