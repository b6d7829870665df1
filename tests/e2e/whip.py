"""Publishers to a service that runs as a process: programs that publish, and what it holds for them."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.e2e.live import listening
from tests.e2e.publishers import publishing
from tests.e2e.service import WORKER, Holdings, open_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.e2e.publishers import Kind
    from tests.e2e.service import Service

GONE = 10.0
"""Seconds in which a publisher that was killed must be noticed and everything it held be free."""

SDP = {"Content-Type": "application/sdp"}

# A publisher that says where it is and is never there: no check of its will ever come.
SILENT = """v=0
o=- 1 1 IN IP4 0.0.0.0
s=-
t=0 0
a=group:BUNDLE 0
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=mid:0
a=sendonly
a=rtcp-mux
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 {fingerprint}
a=setup:actpass
a=rtpmap:96 VP8/90000
a=candidate:1 1 udp 2113937151 127.0.0.1 9 typ host
a=end-of-candidates
""".format(fingerprint=":".join(["AB"] * 32)).replace("\n", "\r\n")


def port_range(number: int, count: int = 10) -> str:
    """The UDP ports of one of this worker's services, below those that the system gives out to everybody."""
    first = 20_000 + (os.getpid() % 12 * 10 + WORKER) * 100 + number * 10
    return f"{first}-{first + count - 1}"


@contextmanager
def published(service: Service, stream: str, clip: Path, kind: Kind = "ffmpeg") -> Iterator[Any]:
    """A program publishes; the stream it made is removed at the end."""
    try:
        with publishing(f"{service.address}/whip/{stream}", clip, kind) as publisher:
            yield publisher
    finally:
        service.http.delete(f"/api/v1/streams/{stream}")


def sessions(service: Service) -> int:
    """As the metrics count them."""
    lines = service.http.get("/metrics").text.splitlines()
    return int(
        float(next(line.split()[1] for line in lines if line.startswith("semblance_webrtc_sessions ")))
    )


def media_ports(service: Service) -> int:
    """How many UDP ports the service has open, each on several addresses."""
    links = open_files(service.process.pid)
    sockets = {found[1] for link in links if (found := re.fullmatch(r"socket:\[(\d+)\]", link))}
    lines = [
        line.split()
        for table in ("udp", "udp6")
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]
    ]
    return len({line[1].rpartition(":")[2] for line in lines if line[9] in sockets})


def free(service: Service, before: Holdings) -> bool:
    """Whether the service holds no more than it did, no session and no port."""
    return (
        not sessions(service)
        and not media_ports(service)
        and Holdings.of(service.process.pid).no_more_than(before)
    )


def offered(service: Service, stream: str, offer: str = SILENT) -> httpx.Response:
    return service.http.post(f"/whip/{stream}", content=offer, headers=SDP)


def scores(service: Service, stream: str, within: float = 15.0) -> dict[str, Any]:
    """The first window of the stream that saw a face."""
    with listening(service.live_address, [stream]) as live:
        return live.first(lambda message: message.get("faces", 0) > 0, within)
