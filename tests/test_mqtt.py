"""MQTT against a real broker: what is retained, what is newest, what is acknowledged, what a loss does."""

from __future__ import annotations

import asyncio
import gc
import json
import random
import ssl
import subprocess
import time
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from aggregation.summary import Summary
from tests.broker import MOSQUITTO, PASSWORD, USER, Broker, Ear, brokering, listening
from tests.certificates import certificate
from tests.deliveries import delivery
from tests.web_service import SCORES
from web.hooks import mqtt as mqtt_module
from web.hooks import mqtt_connection
from web.hooks.home_assistant import HomeAssistant
from web.hooks.hook import HookFilter
from web.hooks.mqtt import UNTRIED, Mqtt
from web.hooks.mqtt_options import MqttOptions
from web.hooks.mqtt_topics import Topics
from web.service import Condition, StatusChange

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from stream.source import State

pytestmark = pytest.mark.skipif(not MOSQUITTO.exists(), reason="needs Mosquitto (apt install mosquitto)")

DISCOVERED = 12


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with brokering(tmp_path) as running:
        yield running


@pytest.fixture
def ear(broker: Broker) -> Iterator[Ear]:
    with listening(broker.port) as (ear, _):
        yield ear


def make(port: int, *, discovery: bool = False, grace: float = 30.0, **options: Any) -> Mqtt:
    chosen = MqttOptions("127.0.0.1", port, "2s", **options)
    assistant = HomeAssistant("homeassistant", Topics(chosen.topic), "2s", "1.0") if discovery else None
    return Mqtt(chosen, assistant, grace=grace)


@asynccontextmanager
async def running(mqtt: Mqtt) -> AsyncIterator[None]:
    task = asyncio.create_task(mqtt.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(fact: Callable[[], bool], within: float = 10.0) -> None:
    end = time.monotonic() + within
    while not fact():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


def status(stream: str, state: State = "running") -> StatusChange:
    return StatusChange(stream, Condition(state, None, time.time()))


def summary(stream: str, sequence: int = 1, *, age: float = 0.0, window: str = "2s") -> Summary:
    end = time.time() - age
    return Summary(stream, window, sequence, end - 2, end, 0.25, 20, 31, 2, 1.0, SCORES, SCORES, "happiness")


async def test_the_service_and_its_streams_come_and_go_for_those_who_look_later(
    broker: Broker, ear: Ear
) -> None:
    mqtt = make(broker.port)
    mqtt.hear(status("lobby", "connecting"))
    async with running(mqtt):
        await until(lambda: "semblance/lobby/availability" in ear.stands)
        assert ear.stands == {"semblance/status": "online", "semblance/lobby/availability": "offline"}
        mqtt.hear(status("lobby"))
        await until(lambda: ear.stands["semblance/lobby/availability"] == "online")
        mqtt.hear(status("lobby", "reconnecting"))
        await until(lambda: ear.stands["semblance/lobby/availability"] == "offline")
        with listening(broker.port) as (later, _):
            await until(lambda: len(later.stands) == 2)
            assert later.stands == ear.stands
            assert all(message.retained for message in later.heard)
    await until(lambda: ear.stands["semblance/status"] == "offline")


async def test_scores_are_the_live_message_and_are_not_retained(broker: Broker, ear: Ear) -> None:
    mqtt = make(broker.port)
    mqtt.hear(status("lobby"))
    async with running(mqtt):
        mqtt.hear(summary("lobby", 7))
        await until(lambda: bool(ear.texts("semblance/lobby/2s")))
        [message] = [each for each in ear.heard if each.topic == "semblance/lobby/2s"]
        said = json.loads(message.text)
        assert (said["type"], said["sequence"], said["dominant"]) == ("summary", 7, "happiness")
        assert said["windowMeanScores"]["happiness"] == 0.9
        assert message.qos == 0
        with listening(broker.port) as (later, _):
            await until(lambda: "semblance/status" in later.stands)
            assert not later.texts("semblance/lobby/2s")


async def test_while_there_is_no_broker_only_the_newest_scores_wait_and_old_ones_go(
    tmp_path: Path,
) -> None:
    with brokering(tmp_path) as broker, listening(broker.port) as (ear, _):
        mqtt = make(broker.port)
        mqtt.hear(status("lobby"))
        for sequence in range(1, 1001):
            mqtt.hear(summary("lobby", sequence))
        mqtt.hear(summary("lobby", 1001, window="60s", age=20))
        async with running(mqtt):
            await until(lambda: bool(ear.texts("semblance/lobby/2s")))
            mqtt.hear(summary("lobby", 1002, window="60s"))
            await until(lambda: bool(ear.texts("semblance/lobby/60s")))
        assert [json.loads(text)["sequence"] for text in ear.texts("semblance/lobby/2s")] == [1000]
        assert [json.loads(text)["sequence"] for text in ear.texts("semblance/lobby/60s")] == [1002]
        assert (mqtt.figures.scores, mqtt.figures.dropped) == (2, 1000)


async def test_an_event_is_delivered_when_the_broker_has_it(broker: Broker, ear: Ear) -> None:
    mqtt = make(broker.port)
    async with running(mqtt):
        outcome = await mqtt.deliver(delivery("evt_a"))
        assert outcome.result == "delivered"
        await mqtt.deliver(delivery("evt_b", stream=None, name="hook.disabled"))
        await until(lambda: bool(ear.texts("semblance/event")))
    [message] = [each for each in ear.heard if each.topic == "semblance/lobby/event"]
    said = json.loads(message.text)
    assert (said["type"], said["data"]["id"]) == ("emotion.dominant.changed", "evt_a")
    assert (message.qos, message.retained) == (1, False)
    assert json.loads(ear.texts("semblance/event")[0])["data"]["id"] == "evt_b"
    assert mqtt.figures.events == 2


def passwords(folder: Path) -> Path:
    """The broker's file with its one user."""
    file = folder / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", file, USER, PASSWORD], check=True)
    return file


@contextmanager
def guarded(folder: Path) -> Iterator[tuple[Broker, ssl.SSLContext]]:
    """A broker with TLS that lets one user in, and what trusts it."""
    public, private = certificate(folder, "broker")
    words = f"user root\ncertfile {public}\nkeyfile {private}\npassword_file {passwords(folder)}"
    with brokering(folder, words) as broker:
        yield broker, ssl.create_default_context(cafile=public)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_with_tls_and_a_password_the_broker_proves_who_it_is_and_so_do_we(tmp_path: Path) -> None:
    with guarded(tmp_path) as (broker, trusting):
        for tls, password, trouble in (
            (trusting, PASSWORD, ""),
            (trusting, "wrong", "Not authorized"),
            (ssl.create_default_context(), PASSWORD, "certificate verify failed"),
        ):
            options = MqttOptions("localhost", broker.port, "2s", USER, password, tls)
            mqtt = Mqtt(options)
            async with running(mqtt):
                await until(lambda mqtt=mqtt: mqtt.trouble != UNTRIED)  # type: ignore[misc]
                assert trouble in mqtt.trouble
                assert mqtt.figures.connected is not bool(trouble)
        gc.collect()  # paho leaves the socket of a handshake that failed to the garbage


async def test_an_event_waits_a_little_for_the_broker_and_then_says_why_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt_module, "PATIENCE", 0.3)
    with brokering(tmp_path) as broker:
        broker.kill()
        mqtt = make(broker.port, user=USER, password=PASSWORD)
        async with running(mqtt):
            outcome = await mqtt.deliver(delivery())
            assert outcome.result == "failed"
            assert outcome.error == "There is no connection to the broker: Connection refused."
            monkeypatch.setattr(mqtt_module, "PATIENCE", 5.0)
            waiting = asyncio.create_task(mqtt.deliver(delivery()))
            await asyncio.sleep(0.05)
            broker.start()
            assert (await waiting).result == "delivered"


async def test_a_killed_broker_is_told_everything_again_and_no_event_is_lost(
    broker: Broker, ear: Ear, caplog: pytest.LogCaptureFixture
) -> None:
    mqtt = make(broker.port, discovery=True)
    mqtt.hear(status("lobby"))
    async with running(mqtt):
        await until(lambda: len(ear.stands) == DISCOVERED + 2)
        delivered = []
        for number in range(40):
            if number == 20:
                broker.kill()
                ear.stands.clear()
                asyncio.get_running_loop().call_later(0.3, broker.start)
            while (await mqtt.deliver(delivery(f"evt_{number}"))).result != "delivered":
                pass
            delivered.append(number)
            if number == 25:
                await until(lambda: len(set(ear.stands) - {"semblance/lobby/event"}) == DISCOVERED + 2)
        await until(lambda: any("evt_39" in text for text in ear.texts("semblance/lobby/event")))
        assert mqtt.figures.connections == 2
    assert "The connection was lost; it is tried again and again" in caplog.text
    heard = [json.loads(text)["data"]["id"] for text in ear.texts("semblance/lobby/event")]
    after = [f"evt_{number}" for number in range(26, 40)]
    assert [name for name in heard if name in after] == after


async def test_a_broker_that_does_not_answer_is_left_for_a_new_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It accepts, and then says nothing at all."""
    monkeypatch.setattr(mqtt_module, "PATIENCE", 0.1)
    monkeypatch.setattr(mqtt_connection, "ANSWER", 0.2)
    monkeypatch.setattr(mqtt_connection, "_CLOSING", 0.1)
    monkeypatch.setattr(mqtt_connection, "_CONNECTING", 0.1)
    opened, open_now = 0, 0

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened, open_now
        opened, open_now = opened + 1, open_now + 1
        with suppress(ConnectionError):
            while await reader.read(1000):
                pass
        open_now -= 1
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    mqtt = make(server.sockets[0].getsockname()[1])
    async with server, running(mqtt):
        await until(lambda: opened == 2)
        assert open_now == 1
        assert (await mqtt.deliver(delivery())).error == (
            "There is no connection to the broker: Operation timed out."
        )
    await until(lambda: open_now == 0)


async def test_it_ends_at_once_whenever_it_is_told_to(broker: Broker) -> None:
    """Of what the library waits for, any may be done in the very moment of the cancellation."""
    moment = random.Random(5)
    for _ in range(60):
        mqtt = make(broker.port)
        mqtt.hear(status("lobby"))
        mqtt.hear(summary("lobby"))
        task = asyncio.create_task(mqtt.run())
        sending = asyncio.create_task(mqtt.deliver(delivery()))
        await asyncio.sleep(moment.uniform(0.002, 0.03))
        task.cancel()
        done, _ = await asyncio.wait([task], timeout=3)
        assert done
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending


async def test_home_assistant_finds_a_stream_and_loses_it_again(broker: Broker, ear: Ear) -> None:
    mqtt = make(broker.port, discovery=True)
    async with running(mqtt):
        mqtt.hear(status("lobby"))
        await until(lambda: len(ear.stands) == DISCOVERED + 2)
        mqtt.forget("lobby")
        await until(lambda: list(ear.stands) == ["semblance/status"])
        gone = [each.text for each in ear.heard if each.topic == "semblance/lobby/availability"]
        assert gone == ["online", "offline", ""]


async def test_a_home_assistant_that_starts_is_told_again(broker: Broker, ear: Ear) -> None:
    mqtt = make(broker.port, discovery=True)
    mqtt.hear(status("lobby"))
    topic = "homeassistant/sensor/semblance_lobby/dominant/config"
    async with running(mqtt):
        await until(lambda: len(ear.stands) == DISCOVERED + 2)
        with listening(broker.port) as (_, client):
            client.publish("homeassistant/status", "online", qos=1).wait_for_publish(5)
        await until(lambda: len(ear.texts(topic)) == 2)


async def test_what_has_scores_but_no_connection_is_a_group(broker: Broker, ear: Ear) -> None:
    mqtt = make(broker.port, discovery=True)
    async with running(mqtt):
        mqtt.hear(summary("room"))
        await until(lambda: len(ear.stands) == DISCOVERED - 1 + 3)
        assert ear.stands["semblance/room/availability"] == "online"
        mqtt.forget("room")
        await until(lambda: set(ear.stands) == {"semblance/status", "semblance/room/2s"})


async def test_streams_of_earlier_days_are_taken_from_the_broker(broker: Broker, ear: Ear) -> None:
    before = make(broker.port, discovery=True)
    for stream in ("gone", "stays"):
        before.hear(status(stream))
    async with running(before):
        await until(lambda: len(ear.stands) == 2 * (DISCOVERED + 1) + 1)
    after = make(broker.port, discovery=True, grace=0.2)
    after.hear(status("stays"))
    async with running(after):
        await until(lambda: len(ear.stands) == DISCOVERED + 2)
        assert not [topic for topic in ear.stands if "gone" in topic]


async def test_a_will_of_a_connection_that_was_cut_does_not_stand(broker: Broker, ear: Ear) -> None:
    async with running(make(broker.port)):
        await until(lambda: ear.stands.get("semblance/status") == "online")
        with listening(broker.port) as (_, client):
            client.publish("semblance/status", "offline", qos=1, retain=True).wait_for_publish(5)
        await until(lambda: ear.texts("semblance/status") == ["online", "offline", "online"])


async def test_only_the_streams_that_were_asked_for_are_shown(broker: Broker, ear: Ear) -> None:
    mqtt = make(broker.port, filter=HookFilter(streams=frozenset({"lobby"})))
    async with running(mqtt):
        for stream in ("hall", "lobby"):
            mqtt.hear(status(stream))
            mqtt.hear(summary(stream))
        await until(lambda: bool(ear.texts("semblance/lobby/2s")))
    assert not [message for message in ear.heard if "hall" in message.topic]
    assert mqtt.hook().filter == HookFilter(streams=frozenset({"lobby"}))


async def test_a_wrong_password_is_told_of_once_however_often_it_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(mqtt_module, "_LONGEST", 0.02)
    with brokering(tmp_path, f"user root\npassword_file {passwords(tmp_path)}") as broker:
        mqtt = make(broker.port, user=USER, password="hunter2")
        async with running(mqtt):
            await until(lambda: broker.written().count("New connection") > 5)
        assert [record.message for record in caplog.records if record.name == "semblance.mqtt"] == [
            f"{broker.url}: Not authorized; it is tried again and again"
        ]
        assert "hunter2" not in caplog.text
