"""What the web layer can be told: who may come in, and how much a client may take."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import version

from inference.options import PreviewOptions

LARGEST_MESSAGE = 65_536
"""Bytes of a request's body, and of a message a client sends over the live WebSocket."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the live WebSocket; times in seconds."""

    clients: int = 5000
    streams: int = 256
    authenticate_within: float = 10.0
    blocked_send: float = 30.0


@dataclass(frozen=True, slots=True)
class WebOptions:
    """`host` is where the service listens; on loopback the Host header is checked, against DNS rebinding.

    `hosts` are further names it is reached by, `origins` further pages (`https://name`) that may call it
    from a browser, for a service behind a proxy.
    """

    host: str = "127.0.0.1"
    tokens: tuple[str, ...] = field(default=(), repr=False)
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    preview: PreviewOptions = field(default_factory=PreviewOptions)
    version: str = field(default_factory=lambda: version("semblance"))
