"""Debian's Mosquitto on a port of its own, and a client that keeps what it hears."""

from __future__ import annotations

import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOSQUITTO = Path("/usr/sbin/mosquitto")
USER, PASSWORD = "semblance", "p@ss/word"


class Broker:
    """A broker that can be killed and started again; it remembers nothing from one life to the next."""

    def __init__(self, folder: Path, port: int, more: str = "allow_anonymous true") -> None:
        self.port = port
        self._config = folder / f"mosquitto-{port}.conf"
        self._log = folder / f"mosquitto-{port}.log"
        self._config.write_text(f"listener {port} 127.0.0.1\nlog_type all\n{more}\n", encoding="ascii")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when it listens."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [MOSQUITTO, "-c", self._config], stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        end = time.monotonic() + 5
        while not self._listens():
            assert time.monotonic() < end, self.written()
            time.sleep(0.02)

    def written(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def kill(self) -> None:
        """As a crash would: no connection is closed in order."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def brokering(folder: Path, more: str = "allow_anonymous true") -> Iterator[Broker]:
    """A broker that runs; with other words in its configuration than those that let everybody in."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    broker = Broker(folder, port, more)
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


@dataclass(frozen=True, slots=True)
class Heard:
    topic: str
    text: str
    qos: int
    retained: bool


@dataclass(slots=True)
class Ear:
    """What was heard, in order; `stands` is the last word of each topic. `subscribed` counts how often."""

    subscribed: int = 0
    heard: list[Heard] = field(default_factory=list)
    stands: dict[str, str] = field(default_factory=dict)

    def take(self, message: Heard) -> None:
        self.heard.append(message)
        if message.text:
            self.stands[message.topic] = message.text
        else:
            self.stands.pop(message.topic, None)

    def texts(self, topic: str) -> list[str]:
        return [message.text for message in list(self.heard) if message.topic == topic]

    def wait(self, fact: Callable[[], bool], within: float = 10.0) -> None:
        end = time.monotonic() + within
        while not fact():
            assert time.monotonic() < end, f"not within {within:g} s; heard: {self.heard[-20:]}"
            time.sleep(0.02)


@contextmanager
def listening(port: int, topic: str = "#") -> Iterator[tuple[Ear, paho.Client]]:
    """Subscribed to everything; it comes back by itself when the broker does."""
    ear = Ear()
    client = paho.Client(CallbackAPIVersion.VERSION2)

    def subscribe(client: paho.Client, *_: object) -> None:
        client.subscribe(topic, qos=1)

    def hear(_client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        ear.take(Heard(message.topic, message.payload.decode(), message.qos, message.retain))

    def count(*_: object) -> None:
        ear.subscribed += 1

    client.on_connect = subscribe
    client.on_subscribe = count
    client.on_message = hear
    client.reconnect_delay_set(1, 1)
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        yield ear, client
    finally:
        client.disconnect()
        client.loop_stop()
