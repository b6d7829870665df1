"""What the MQTT publisher is told by the composition root."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from web.hooks.hook import EVERYTHING

if TYPE_CHECKING:
    import ssl

    from web.hooks.hook import HookFilter


@dataclass(frozen=True, slots=True)
class MqttOptions:
    """`tls` is how the broker proves who it is; without it nothing is encrypted.

    `discovery` is the topic below which Home Assistant looks for devices, `window` the one whose scores it
    shows. The streams of `filter` are the only ones that are shown at all; its rules are about events, which
    are not sent any more after `max_age` seconds.
    """

    host: str
    port: int
    window: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None
    topic: str = "semblance"
    discovery: str | None = "homeassistant"
    scores: bool = True
    filter: HookFilter = EVERYTHING
    max_age: float = 86_400.0

    @property
    def broker(self) -> str:
        """Where it is, without credentials."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'mqtts' if self.tls else 'mqtt'}://{host}:{self.port}"
