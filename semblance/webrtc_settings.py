"""How publishers reach the service by WebRTC."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from semblance.part import Part
from stream.webrtc.options import IceServer, WebRtcOptions

_USUAL = WebRtcOptions()
_PORTS = re.compile(r"(\d{1,5})-(\d{1,5})")
_SERVER = re.compile(
    r"(stun|turns?):(\[[^\]]+\]|[^:?\[\]]+)(?::(\d{1,5}))?(\?transport=(?:udp|tcp))?", re.ASCII
)
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")


def _ports(text: str) -> str:
    match = _PORTS.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no range of ports; write it as 50000-50199")
    first, last = int(match[1]), int(match[2])
    if not 1024 <= first < last <= 65535:
        raise ValueError(f"{text} is not at least two ports in order, from 1024 to 65535")
    return text


def _ice_url(url: str) -> str:
    match = _SERVER.fullmatch(url)
    if match is None or (match[1] == "stun" and match[4]):
        raise ValueError(f"{url!r} names no ICE server; write stun:host:3478, turn:host:3478 or turns:host")
    if not _is_a_host(match[2]):
        raise ValueError(f"{url!r}: {match[2]!r} is no host; write a name or an IPv4 address")
    if match[3] and not 1 <= int(match[3]) <= 65535:
        raise ValueError(f"{url!r}: there is no port {match[3]}; ports go from 1 to 65535")
    return url


def _is_a_host(text: str) -> bool:
    """A name that can be one (RFC 1123), or an address; aiortc takes no IPv6 address here."""
    labels = text.removesuffix(".").split(".")
    try:
        if labels[-1].isdigit():
            return bool(IPv4Address(text))
    except ValueError:
        return False
    return len(text) <= 253 and all(_LABEL.fullmatch(label) for label in labels)


class IceServerSettings(Part):
    """A STUN or TURN server; the first of each kind is used."""

    urls: Annotated[tuple[Annotated[str, AfterValidator(_ice_url)], ...], Field(min_length=1)]
    username: str | None = None
    credential: SecretStr | None = None

    @model_validator(mode="after")
    def _turn_has_a_password(self) -> Self:
        relays = [url for url in self.urls if url.startswith("turn")]
        if relays and not (self.username and self.credential):
            raise ValueError(f"{relays[0]} wants a username and a credential")
        return self

    def server(self) -> IceServer:
        secret = self.credential.get_secret_value() if self.credential else None
        return IceServer(self.urls, self.username, secret)


class WebRtc(Part):
    """Cameras that publish by WHIP."""

    udp_ports: Annotated[
        str,
        AfterValidator(_ports),
        Field(description="Media comes in on these; a publisher takes one on each interface."),
    ] = f"{_USUAL.ports[0]}-{_USUAL.ports[1]}"
    interfaces: Annotated[
        Literal["auto", "all", "loopback"],
        Field(
            description="Where media comes in. auto: everywhere; but from other machines nothing, while the "
            "service listens on this machine alone and knows of no way here from elsewhere (server.hosts, "
            "webrtc.addresses, webrtc.ice_servers). loopback: over 127.0.0.1 and ::1 alone."
        ),
    ] = "auto"
    addresses: Annotated[
        tuple[IPv4Address | IPv6Address, ...],
        Field(description="Further addresses this machine is reached by: a router's, a container host's."),
    ] = ()
    ice_servers: tuple[IceServerSettings, ...] = ()
    sessions: Annotated[
        int,
        Field(ge=1, le=10_000, description="Publishers at once, and streams made by them."),
    ] = _USUAL.sessions
    forget_after: Annotated[
        float,
        Field(
            ge=0,
            le=31_536_000,
            description="Seconds until a stream that a publisher made goes, with nobody publishing to it.",
        ),
    ] = 300.0

    @model_validator(mode="after")
    def _can_be_used(self) -> Self:
        self.options(alone=False)
        return self

    def options(self, *, alone: bool) -> WebRtcOptions:
        """The same in the words of the stream package; `alone`: the service listens on this machine alone."""
        first, last = self.udp_ports.split("-")
        return WebRtcOptions(
            ports=(int(first), int(last)),
            ice_servers=tuple(server.server() for server in self.ice_servers),
            addresses=tuple(str(address) for address in self.addresses),
            sessions=self.sessions,
            loopback=self.interfaces == "loopback",
            local=self.interfaces == "auto" and alone and not (self.addresses or self.ice_servers),
        )
