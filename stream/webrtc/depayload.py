"""What one RTP packet holds of a coded picture: H.264 (RFC 6184), VP8 (RFC 7741), VP9 (RFC 9628)."""

from __future__ import annotations

from dataclasses import dataclass

_START_CODE = b"\0\0\0\1"
_IDR, _SEQUENCE, _STAP_A, _FU_A = 5, 7, 24, 28
_KEY = frozenset({_IDR, _SEQUENCE})


@dataclass(frozen=True, slots=True)
class Fragment:
    """`start`: a picture may begin here; `key`: it belongs to one that needs none before it; `disposable`: no
    later picture needs this one.
    """

    data: bytes
    start: bool = False
    key: bool = False
    disposable: bool = False


def depayload(codec: str, payload: bytes) -> Fragment:
    """Raises `ValueError` for what cannot be read."""
    if not payload:  # padding that probes the bandwidth
        return Fragment(b"")
    try:
        match codec:
            case "h264":
                return _h264(payload)
            case "vp8":
                return _vp8(payload)
            case _:
                return _vp9(payload)
    except IndexError:
        raise ValueError(f"A payload of {len(payload)} bytes ends within its header.") from None


def _h264(payload: bytes) -> Fragment:
    kind = payload[0] & 0x1F
    if kind == _STAP_A:
        units = _aggregated(payload)
        data = b"".join(_START_CODE + unit for unit in units)
        return Fragment(data, start=True, key=any(unit[0] & 0x1F in _KEY for unit in units if unit))
    if kind == _FU_A:
        header = payload[1]
        key = header & 0x1F in _KEY
        if not header & 0x80:
            return Fragment(payload[2:], key=key)
        name = bytes([payload[0] & 0xE0 | header & 0x1F])
        return Fragment(_START_CODE + name + payload[2:], start=True, key=key)
    if not 1 <= kind < _STAP_A:
        raise ValueError(f"H.264 packets of type {kind} are not read.")
    return Fragment(_START_CODE + payload, start=True, key=kind in _KEY)


def _aggregated(payload: bytes) -> list[bytes]:
    units: list[bytes] = []
    at = 1
    while at < len(payload):
        end = at + 2 + int.from_bytes(payload[at : at + 2], "big")
        if end > len(payload):
            raise ValueError("An aggregated H.264 packet is cut off.")
        units.append(payload[at + 2 : end])
        at = end
    return units


def _vp8(payload: bytes) -> Fragment:
    first = payload[0]
    at = 1
    if first & 0x80:
        extension = payload[1]
        at = 2
        if extension & 0x80:  # picture id, one byte or two
            at += 2 if payload[at] & 0x80 else 1
        at += bool(extension & 0x40)
        at += bool(extension & 0x30)
    start = bool(first & 0x10) and not first & 0x07
    return Fragment(payload[at:], start, start and not payload[at] & 1, disposable=bool(first & 0x20))


def _vp9(payload: bytes) -> Fragment:
    first = payload[0]
    at = 1
    if first & 0x80:  # picture id
        at += 2 if payload[at] & 0x80 else 1
    layer = 0
    if first & 0x20:
        layer = payload[at] >> 1 & 0x07
        at += 1 if first & 0x10 else 2
    if first & 0x10 and first & 0x40:  # up to three references, each says whether another follows
        more = True
        while more:
            more = bool(payload[at] & 1)
            at += 1
    if first & 0x02:
        at = _after_structure(payload, at)
    if layer:  # an enlargement of the picture below it, which alone is decoded
        return Fragment(b"")
    start = bool(first & 0x08)
    return Fragment(payload[at:], start, start and not first & 0x40)


def _after_structure(payload: bytes, at: int) -> int:
    head = payload[at]
    at += 1
    if head & 0x10:
        at += 4 * ((head >> 5) + 1)
    if head & 0x08:
        pictures = payload[at]
        at += 1
        for _ in range(pictures):
            at += 1 + (payload[at] >> 2 & 0x03)
    return at
