"""Which addresses a stream can have, and what kind of place each of them names."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import SplitResult, unquote, urlsplit

from stream.redaction import redact

NetworkKind: TypeAlias = Literal["rtsp", "http", "rtmp", "srt", "whep"]
AddressKind: TypeAlias = NetworkKind | Literal["whip", "file", "device", "pattern"]

_NETWORK: dict[str, tuple[NetworkKind, int]] = {
    "rtsp": ("rtsp", 554),
    "rtsps": ("rtsp", 322),
    "http": ("http", 80),
    "https": ("http", 443),
    "rtmp": ("rtmp", 1935),
    "rtmps": ("rtmp", 443),
    "srt": ("srt", 0),
    "whep": ("whep", 80),
    "wheps": ("whep", 443),
}
_TLS = frozenset({"rtsps", "https", "rtmps", "wheps"})
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_WORKING = (
    "rtsp, rtsps, http, https (MJPEG and HLS), rtmp, rtmps, srt, whep, wheps, file, a path to a video, "
    "/dev/video0, pattern: or whip: (somebody publishes)"
)


class AddressError(ValueError):
    """An address that names no place a stream can come from; the message says which ones do."""


@dataclass(frozen=True, slots=True)
class Address:
    """`target` is what is opened and may hold credentials; only `shown` may be shown.

    `host` and `port` are empty and 0 where there is no network, `tls` tells whether the connection begins
    with a TLS handshake. RTSP comes over its own connection (TCP) unless the address ends in `#udp`.
    """

    kind: AddressKind
    target: str
    shown: str
    host: str = ""
    port: int = 0
    tls: bool = False
    udp: bool = False

    @property
    def is_network(self) -> bool:
        return bool(self.host)

    @property
    def speaks_tcp(self) -> bool:
        return self.is_network and self.kind != "srt"

    @property
    def peer(self) -> str:
        """Where a connection goes, for messages: `10.0.0.7:554`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def check_address(url: str) -> AddressKind:
    """What kind of place `url` names; raises `AddressError` if a stream cannot come from there."""
    return parse_address(url).kind


def parse_address(url: str) -> Address:
    """Reads an address without looking whether anything is there; raises `AddressError`."""
    if not url.strip() or not url.isprintable():
        raise AddressError(f"An address is one printable line; these work: {_WORKING}.")
    match = _SCHEME.match(url)
    scheme = match.group(1).lower() if match else ""
    if scheme in _NETWORK:
        return _network(scheme, url)
    if scheme == "file":
        return _file(_path_of_file_url(url))
    if scheme == "pattern":
        return _pattern(url)
    if scheme == "whip":
        return _whip(url)
    if scheme:
        raise AddressError(
            f"Streams cannot come from “{scheme}:”; these work: {_WORKING}. "
            "For a file whose name holds a colon write ./ before it."
        )
    return _file(url)


def file_address(path: str | os.PathLike[str]) -> Address:
    """Of a file on this machine, whatever its name: none is mistaken for another kind of address."""
    return Address("file", f"file:{os.path.abspath(path)}", os.fspath(path))


def _pattern(url: str) -> Address:
    from stream.pattern import (
        parse_address as parse_pattern,  # renders with OpenCV, which takes long to import
    )

    try:
        parse_pattern(url)
    except ValueError as error:
        raise AddressError(str(error)) from error
    return Address("pattern", url, url)


def _whip(url: str) -> Address:
    if url.lower() != "whip:":
        raise AddressError(
            f"Write just whip: and publish to /whip/ and the stream's id here, instead of “{redact(url)}”. "
            "To watch what a server has, write whep:// or wheps:// and its WHEP address."
        )
    return Address("whip", "whip:", "whip:")


def _network(scheme: str, url: str) -> Address:
    shown = redact(url)
    parts = _split(url, scheme)
    if not url[len(scheme) + 1 :].startswith("//") or not parts.hostname:
        raise AddressError(f"“{shown}” names no host; write it as {scheme}://host:port/path.")
    if not _could_be_asked_for(parts.hostname):
        raise AddressError(
            f"“{shown}” names a host that cannot be: between its dots stand 1 to 63 letters, digits or -."
        )
    kind, default_port = _NETWORK[scheme]
    port = parts.port or default_port
    if not port:
        raise AddressError(f"“{shown}” needs a port: {scheme}://{parts.hostname}:port.")
    if kind == "whep" and not unquote(parts.username or "").isascii():
        raise AddressError(f"The user or token in “{shown}” holds letters that HTTP cannot carry.")
    udp = kind == "rtsp" and parts.fragment == "udp"
    return Address(kind, url.removesuffix("#udp"), shown, parts.hostname, port, scheme in _TLS, udp)


def _could_be_asked_for(host: str) -> bool:
    """Whether a name server could be asked for it; IDNA in either form is read."""
    try:
        host.encode("idna")
        coded = [
            label[4:].encode().decode("punycode") for label in host.split(".") if label.startswith("xn--")
        ]
    except UnicodeError:
        return False
    return all(label.isprintable() for label in coded)


def _split(url: str, scheme: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:  # which quotes what may be a password
        raise AddressError(
            f"This is not a well-formed {scheme}: address. Where a password holds / ? # @ or :, "
            "write %2F %3F %23 %40 or %3A instead."
        ) from None
    return parts


def _path_of_file_url(url: str) -> str:
    rest = url[len("file:") :]
    if not rest.startswith("//"):
        return rest
    host, slash, path = rest[2:].partition("/")
    if host not in ("", "localhost"):
        raise AddressError(
            f"“{url}” names the host “{host}”; a file has to lie on this machine: file:///path."
        )
    return unquote(slash + path)


def _file(path: str) -> Address:
    if not path.strip():
        raise AddressError("The address names no file; write file:///path/to/video.mp4.")
    if path.startswith("/dev/") and not path.startswith("/dev/shm/"):
        return _device(path)
    return Address("file", f"file:{path}", path)


def _device(path: str) -> Address:
    if not re.fullmatch(r"/dev/(video\d+|v4l/by-(id|path)/[\w.:+-]+)", path):
        raise AddressError(f"“{path}” is not a camera; cameras are /dev/video0, /dev/video1 and so on.")
    return Address("device", path, path)
