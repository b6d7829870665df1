"""The settings of the MQTT broker that gets scores and events."""

from __future__ import annotations

import ssl
from pathlib import Path  # noqa: TC003 - pydantic reads the annotation
from typing import TYPE_CHECKING, Annotated, Self, TypeAlias
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from semblance.part import Part
from web.hooks.hook import HookFilter
from web.hooks.mqtt_options import MqttOptions
from web.hooks.mqtt_topics import TAKEN
from web.hooks.wanted import MaxAge, WantedRules, WantedStreams  # noqa: TC001 - pydantic reads the annotations

if TYPE_CHECKING:
    from collections.abc import Sequence

_PORTS = {"mqtt": 1883, "mqtts": 8883}
_LEVELS = r"^[A-Za-z0-9._-]{1,64}(/[A-Za-z0-9._-]{1,64}){0,7}$"
_HOW = "write it as mqtt://user:password@broker:1883, or mqtts:// with TLS"

Level: TypeAlias = Annotated[str, Field(pattern=_LEVELS)]


class Mqtt(Part):
    """A broker, and what is published to it."""

    url: Annotated[SecretStr, Field(description="mqtt://user:password@host:1883; mqtts:// is with TLS.")]
    user: Annotated[str | None, Field(min_length=1, description="Where it is not in the address.")] = None
    password: Annotated[SecretStr | None, Field(description="Where it is not in the address.")] = None
    ca: Annotated[
        Path | None, Field(description="PEM: who signs for the broker, where the system does not know them.")
    ] = None
    topic: Annotated[Level, Field(description="Everything is published below it.")] = "semblance"
    discovery: Annotated[
        Level | None, Field(description="Where Home Assistant looks for devices; null: it is told nothing.")
    ] = "homeassistant"
    window: Annotated[
        str | None, Field(description="The window that Home Assistant shows; null: the first there is.")
    ] = None
    scores: Annotated[bool, Field(description="Publish each window's scores.")] = True
    rules: Annotated[WantedRules, Field(description="Whose events are published.")] = None
    streams: Annotated[
        WantedStreams, Field(description="The streams and groups that are published at all.")
    ] = None
    max_age: MaxAge = 86_400.0

    @field_validator("url")
    @classmethod
    def _is_a_broker(cls, url: SecretStr) -> SecretStr:
        _parse(url.get_secret_value())
        return url

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        parts = _parse(self.url.get_secret_value())
        if parts.username is not None and (self.user or self.password):
            raise ValueError("the user is in the address already; leave out user and password, or there")
        if self.password and not self.user:
            raise ValueError("a password needs a user")
        if self.ca and parts.scheme != "mqtts":
            raise ValueError("ca is of use with mqtts:// alone")
        self._tls()
        return self

    def check_windows(self, windows: Sequence[str]) -> None:
        """Raises `ValueError` with a sentence where these names of windows do not fit."""
        if self.window is not None and self.window not in windows:
            raise ValueError(f"window: there is no window {self.window!r}")
        for name in windows:
            if self.scores and name in TAKEN:
                raise ValueError(f"a window cannot be called {name!r} with MQTT, where that is another topic")

    def options(self, windows: Sequence[str]) -> MqttOptions:
        """The same, in the words of the web layer; `windows` are the names of those there are."""
        parts = _parse(self.url.get_secret_value())
        user = unquote(parts.username) if parts.username is not None else self.user
        password = unquote(parts.password) if parts.password is not None else None
        return MqttOptions(
            host=str(parts.hostname),
            port=parts.port or _PORTS[parts.scheme],
            window=self.window or windows[0],
            user=user,
            password=self.password.get_secret_value() if self.password else password,
            tls=self._tls(),
            topic=self.topic,
            discovery=self.discovery,
            scores=self.scores,
            filter=HookFilter.of(self.rules, self.streams),
            max_age=self.max_age,
        )

    def _tls(self) -> ssl.SSLContext | None:
        """The file as it is now. Raises `ValueError` with a sentence."""
        if urlsplit(self.url.get_secret_value()).scheme != "mqtts":
            return None
        try:
            return ssl.create_default_context(cafile=self.ca)
        except ssl.SSLError:
            raise ValueError(f"{self.ca} holds no certificate, as PEM") from None
        except OSError as error:
            raise ValueError(f"{self.ca} cannot be read: {error.strerror or error}") from None


def _parse(url: str) -> SplitResult:
    """The address in its parts. Raises `ValueError` with a sentence that does not repeat it."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname
        (host or "").encode("idna")
    except ValueError:
        raise ValueError(f"this is no broker's address; {_HOW}") from None
    if parts.scheme not in _PORTS:
        raise ValueError(f"a broker's address starts with mqtt:// or mqtts://; {_HOW}")
    if not host or port == 0 or any(sign.isspace() for sign in host):
        raise ValueError(f"the address names no host and port; {_HOW}")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(f"nothing may follow the broker's port (in a password, write / as %2F); {_HOW}")
    return parts
