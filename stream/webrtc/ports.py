"""A UDP port out of a fixed range, bound on several addresses at once."""

from __future__ import annotations

import contextlib
import errno
import random
import socket

from stream.webrtc.failures import FullError

_BUFFER = 1 << 20  # bytes: a key frame of a large picture arrives at once


def claim_port(ports: tuple[int, int], addresses: list[str]) -> list[socket.socket]:
    """Sockets on the first port found free on all of `addresses`, except those that this machine has not.

    Raises `FullError` when no port of the range (both ends are in it) is free.
    """
    first, last = ports
    count = last - first + 1
    start = random.randrange(count)  # not always the same one, which a peer of before may still send to
    for step in range(count):
        if sockets := _bound(addresses, first + (start + step) % count):
            return sockets
    raise FullError(
        f"All UDP ports from {first} to {last} are in use. "
        "Widen the range webrtc.udp_ports, or end a session."
    )


def _bound(addresses: list[str], port: int) -> list[socket.socket]:
    with contextlib.ExitStack() as opened:
        sockets: list[socket.socket] = []
        for address in addresses:
            try:
                sockets.append(opened.enter_context(_bind(address, port)))
            except OSError as error:
                if error.errno in (errno.EADDRINUSE, errno.EACCES):
                    return []
        opened.pop_all()
        return sockets


def _bind(address: str, port: int) -> socket.socket:
    taken = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        taken.setblocking(False)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        taken.bind((address, port))
    except OSError:
        taken.close()
        raise
    return taken
