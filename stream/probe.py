"""Finds out what is wrong with a peer that FFmpeg could not open, where FFmpeg says "input/output error"."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

from stream.source import SourceError

if TYPE_CHECKING:
    from stream.addresses import Address


def probe(address: Address, patience: float) -> SourceError | None:
    """Looks at name, connection, TLS handshake and first words; `None` if nothing is wrong with them."""
    try:
        with _secured(_connect(address, patience), address) as connection:
            return _first_words(connection, address)
    except SourceError as error:
        return error
    except TimeoutError:
        return SourceError(
            "timeout", f"{address.peer} ({address.shown}) accepts connections, but does not answer."
        )
    except OSError:
        return _hung_up(address)


def _connect(address: Address, patience: float) -> socket.socket:
    try:
        return socket.create_connection((address.host, address.port), patience)
    except (socket.gaierror, UnicodeError) as error:
        raise SourceError(
            "unreachable",
            f"The name {address.host} ({address.shown}) is not known. Check its spelling and DNS.",
        ) from error
    except ConnectionRefusedError as error:
        raise SourceError(
            "unreachable",
            f"Nothing listens on {address.peer} ({address.shown}). Check the port, and that the server runs.",
        ) from error
    except OSError as error:
        raise SourceError(
            "unreachable",
            f"{address.peer} ({address.shown}) cannot be reached. Check the address and the network.",
        ) from error


def _secured(connection: socket.socket, address: Address) -> socket.socket:
    if not address.tls:
        return connection
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # cameras sign their own certificates; only the handshake is looked at
    context.verify_mode = ssl.CERT_NONE
    try:
        return context.wrap_socket(connection, server_hostname=address.host)
    except TimeoutError:
        raise
    except OSError as error:
        reason = getattr(error, "reason", None) or "it closed the connection"
        raise SourceError(
            "tls",
            f"The TLS handshake with {address.peer} ({address.shown}) failed: {reason}. "
            "Check that this port speaks TLS, or use the scheme without the s.",
        ) from error


def _first_words(connection: socket.socket, address: Address) -> SourceError | None:
    if address.kind != "rtsp":
        return None
    connection.sendall(b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n")
    words = connection.recv(64)
    if not words:
        return _hung_up(address)
    if words.startswith(b"RTSP/"):
        return None
    spoken = "HTTP" if words.startswith(b"HTTP/") else "something else"
    return SourceError(
        "protocol",
        f"{address.peer} ({address.shown}) does not speak RTSP but {spoken}. Check scheme and port.",
    )


def _hung_up(address: Address) -> SourceError:
    return SourceError(
        "protocol", f"{address.shown} closed the connection without an answer. Check the scheme and the port."
    )
