"""The MQTT publisher that the settings ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.auth import is_loopback
from web.hooks.home_assistant import HomeAssistant
from web.hooks.mqtt import GRACE, Mqtt
from web.hooks.mqtt_topics import Topics

if TYPE_CHECKING:
    from semblance.server_settings import Server
    from semblance.settings import Settings


def make_mqtt(settings: Settings, version: str) -> Mqtt | None:
    """Reads the file of certificates, if one is given. `None` where no broker is configured."""
    if settings.mqtt is None:
        return None
    windows = settings.windows
    options = settings.mqtt.options([window.name for window in windows])
    assistant = None
    if options.discovery:
        assistant = HomeAssistant(
            options.discovery,
            Topics(options.topic),
            options.window,
            version,
            scores=options.scores,
            address=_address(settings.server),
        )
    # A group that is there still has been heard of by then.
    return Mqtt(options, assistant, grace=GRACE + 2 * max(window.interval for window in windows))


def _address(server: Server) -> str | None:
    """The dashboard's, where the settings say how others reach it."""
    if server.hosts:
        return f"https://{server.hosts[0]}"
    if is_loopback(server.host) or server.host in ("0.0.0.0", "::"):
        return None
    host = f"[{server.host}]" if ":" in server.host else server.host
    return f"{'https' if server.tls else 'http'}://{host}:{server.port}"
