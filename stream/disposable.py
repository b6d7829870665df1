"""Which packets can be left undecoded without harm to the pictures after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from av import Packet
    from av.video.stream import VideoStream

_HEAD = 4096  # bytes looked through for the first slice; what comes before it is short
_SLICE = 1
_HARMLESS = frozenset({6, 9})  # supplemental information, access unit delimiter


class PacketTest(Protocol):
    def __call__(self, packet: Packet[VideoStream]) -> bool: ...


def disposable_test(stream: VideoStream) -> PacketTest:
    """A test that is true only for packets no other picture of this stream depends on."""
    if stream.codec_context.codec.intra_only:
        return _always
    if stream.codec_context.name == "h264":
        extradata = stream.codec_context.extradata or b""
        length_size = (extradata[4] & 3) + 1 if len(extradata) > 4 and extradata[0] == 1 else 0
        return lambda packet: packet.is_disposable or never_referenced(_head(packet), length_size)
    return lambda packet: packet.is_disposable


def never_referenced(data: bytes, length_size: int) -> bool:
    """Whether an H.264 picture has `nal_ref_idc` 0 (ITU-T H.264, 7.4.1).

    `length_size` is the bytes of the length before each unit, 0 where start codes part them (Annex B).
    """
    at = _first_unit(data, length_size)
    while 0 <= at < len(data):
        kind = data[at] & 0x1F
        if kind not in _HARMLESS:
            return kind == _SLICE and not data[at] & 0x60
        at = _next_unit(data, at, length_size)
    return False


def _first_unit(data: bytes, length_size: int) -> int:
    return length_size or _after_start_code(data, 0)


def _next_unit(data: bytes, at: int, length_size: int) -> int:
    if not length_size:
        return _after_start_code(data, at)
    return at + int.from_bytes(data[at - length_size : at], "big") + length_size


def _after_start_code(data: bytes, at: int) -> int:
    found = data.find(b"\0\0\1", at)
    return found + 3 if found >= 0 else -1


def _head(packet: Packet[VideoStream]) -> bytes:
    return bytes(memoryview(packet)[:_HEAD])


def _always(packet: Packet[VideoStream]) -> bool:
    return bool(packet.size)
