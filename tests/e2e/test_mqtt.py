"""MQTT as a home has it: a real broker and the real service, and either of them killed."""

from __future__ import annotations

import json
import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from inference.reading import EMOTIONS
from tests.broker import MOSQUITTO, Broker, Ear, brokering, listening
from tests.e2e.conftest import lacking
from tests.e2e.service import PERSON, Service, serving, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.timeout(90), pytest.mark.in_order]

STREAMS = {"cam.a": f"{PERSON}&hold=1", "cam-b": f"{PERSON}&hold=1&seed=3"}
TOPICS = 1 + len(STREAMS) * 13
"""That are retained: the service's, and for each stream twelve entities and its availability."""


def settings(broker: Broker) -> dict[str, Any]:
    return {
        "windows": [{"name": "half", "length": 0.5, "interval": 0.25}],
        "streams": [{"id": name, "url": url} for name, url in STREAMS.items()],
        "rules": [{"id": "dominant-emotion", "type": "dominant", "hold": 0, "coverage": 0.2}],
        "mqtt": {"url": broker.url},
    }


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    if not MOSQUITTO.exists():
        lacking("Mosquitto")
    with brokering(tmp_path_factory.mktemp("broker")) as running:
        yield running


@pytest.fixture(scope="module")
def ear(broker: Broker) -> Iterator[Ear]:
    with listening(broker.port) as (ear, _):
        yield ear


@pytest.fixture(scope="module")
def service(broker: Broker, ear: Ear, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    ear.wait(lambda: ear.subscribed == 1)
    with serving(tmp_path_factory.mktemp("service"), settings(broker)) as running:
        yield running


def events(service: Service, stream: str) -> list[str]:
    """The ids of all that was recorded of a stream, oldest first."""
    answer = service.http.get("/api/v1/events", params={"stream": stream, "limit": 1000})
    found = [
        (event["at"], event["sequence"], event["id"]) for event in answer.raise_for_status().json()["events"]
    ]
    return [name for _, _, name in sorted(found)]


def heard(ear: Ear, stream: str) -> list[str]:
    """The ids of the events of a stream, in the order they came, each once."""
    texts = ear.texts(f"semblance/{stream}/event")
    return list(dict.fromkeys(json.loads(text)["data"]["id"] for text in texts))


def retained(ear: Ear) -> dict[str, str]:
    return {topic: text for topic, text in ear.stands.items() if not topic.endswith(("/half", "/event"))}


@contextmanager
def stopped(service: Service) -> Iterator[None]:
    """The service stands still, as on a machine that swaps."""
    service.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        service.process.send_signal(signal.SIGCONT)


def test_a_device_for_each_stream_appears_by_itself_and_shows_its_scores(service: Service, ear: Ear) -> None:
    ear.wait(lambda: len(retained(ear)) == TOPICS)
    ear.wait(lambda: all(ear.stands.get(f"semblance/{name}/availability") == "online" for name in STREAMS))
    assert ear.stands["semblance/status"] == "online"
    sensors = [json.loads(text) for topic, text in retained(ear).items() if "/dominant/config" in topic]
    assert {sensor["device"]["name"] for sensor in sensors} == {"Semblance cam.a", "Semblance cam-b"}
    for sensor in sensors:
        ear.wait(lambda topic=sensor["state_topic"]: len(ear.texts(topic)) > 4)  # type: ignore[misc]
        scores = json.loads(ear.texts(sensor["state_topic"])[-1])
        assert set(scores["windowMeanScores"]) == set(EMOTIONS)
    assert service.http.get("/metrics").text.count("semblance_mqtt_connected 1.0") == 1


def test_a_stream_that_is_taken_away_leaves_nothing_at_the_broker(service: Service, ear: Ear) -> None:
    before = set(retained(ear))
    with service.following("guest", PERSON):
        ear.wait(lambda: ear.stands.get("semblance/guest/availability") == "online")
        ear.wait(lambda: len(retained(ear)) == TOPICS + 13)
    ear.wait(lambda: set(retained(ear)) == before)


def test_no_event_is_lost_while_the_broker_is_dead_and_none_overtakes_another(
    service: Service, broker: Broker, ear: Ear
) -> None:
    ear.wait(lambda: all(heard(ear, name) for name in STREAMS), 20)
    with stopped(service):
        time.sleep(0.2)  # what the broker has acknowledged arrives
        broker.kill()
    known = {name: len(events(service, name)) for name in STREAMS}
    wait_until(
        lambda: all(len(events(service, name)) >= known[name] + 2 for name in STREAMS), 20, lambda: known
    )
    with stopped(service):  # it must not be quicker than the one who listens
        ear.stands.clear()
        broker.start()
        ear.wait(lambda: ear.subscribed == 2)
    until = {name: events(service, name) for name in STREAMS}
    for name, ids in until.items():
        ear.wait(lambda name=name, ids=ids: ids[-1] in heard(ear, name), 25)  # type: ignore[misc]
        assert heard(ear, name)[: len(ids)] == ids
    ear.wait(lambda: len(retained(ear)) == TOPICS)


def test_the_last_will_of_a_killed_service_says_that_it_is_gone(service: Service, ear: Ear) -> None:
    assert ear.stands["semblance/status"] == "online"
    service.process.kill()
    service.process.wait()
    ear.wait(lambda: ear.stands["semblance/status"] == "offline", 5)
