"""What Home Assistant is told: entities that it takes, each with an identity of its own."""

from __future__ import annotations

import json
import re
from typing import Any

from aggregation.rules import connection, dominant, presence, threshold
from inference.reading import EMOTIONS
from web.hooks.home_assistant import HomeAssistant
from web.hooks.mqtt_topics import Topics

TOPIC = re.compile(r"homeassistant/(\w+)/([a-zA-Z0-9_-]+)/([a-zA-Z0-9_-]+)/config")
"""What Home Assistant takes for a message of discovery."""


def assistant(base: str = "semblance", **rest: Any) -> HomeAssistant:
    return HomeAssistant("homeassistant", Topics(base), "2s", "1.2.3", **rest)


def told(stream: str = "lobby", *, group: bool = False, **rest: Any) -> dict[str, dict[str, Any]]:
    """The configurations by component and object."""
    found = {}
    for topic, text in assistant(**rest).messages(stream, group=group).items():
        match = TOPIC.fullmatch(topic)
        assert match, topic
        found[f"{match[1]}.{match[3]}"] = json.loads(text)
    return found


def test_a_stream_has_an_entity_for_all_that_is_known_of_it() -> None:
    assert set(told()) == {
        "binary_sensor.online",
        "event.event",
        "sensor.dominant",
        "sensor.faces",
        *(f"sensor.{emotion}" for emotion in EMOTIONS),
    }


def test_the_dominant_expression_is_one_of_eight() -> None:
    sensor = told()["sensor.dominant"]
    assert sensor["device_class"] == "enum"
    assert sensor["options"] == list(EMOTIONS)
    assert sensor["state_topic"] == "semblance/lobby/2s"
    assert sensor["unique_id"] == "semblance_lobby_dominant"
    assert sensor["origin"] == {"name": "Semblance", "sw_version": "1.2.3"}
    assert "state_class" not in sensor  # Home Assistant refuses it beside `options`
    assert "enabled_by_default" not in sensor


def test_scores_are_there_when_the_service_and_the_stream_are() -> None:
    for name in ("sensor.dominant", "sensor.faces", "sensor.happiness"):
        assert told()[name]["availability"] == [
            {"topic": "semblance/status"},
            {"topic": "semblance/lobby/availability"},
        ]
        assert told()[name]["availability_mode"] == "all"


def test_the_connection_is_told_of_while_it_is_lost() -> None:
    online = told()["binary_sensor.online"]
    assert online["availability"] == [{"topic": "semblance/status"}]
    assert online["state_topic"] == "semblance/lobby/availability"
    assert (online["payload_on"], online["payload_off"]) == ("online", "offline")
    assert online["device_class"] == "connectivity"


def test_eight_quick_numbers_fill_no_database_unless_somebody_wants_them() -> None:
    for emotion in EMOTIONS:
        mean = told()[f"sensor.{emotion}"]
        assert mean["enabled_by_default"] is False
        assert (mean["unit_of_measurement"], mean["state_class"]) == ("%", "measurement")
        assert f"windowMeanScores.{emotion} " in mean["value_template"]


def test_all_entities_are_of_one_device() -> None:
    devices = [config["device"] for config in told(address="https://semblance.example").values()]
    assert devices == [devices[0]] * 12
    assert devices[0] == {
        "identifiers": ["semblance_lobby"],
        "name": "Semblance lobby",
        "manufacturer": "Semblance",
        "model": "Stream",
        "sw_version": "1.2.3",
        "configuration_url": "https://semblance.example",
    }
    assert "configuration_url" not in told()["sensor.dominant"]["device"]


def test_a_group_has_no_connection_of_its_own() -> None:
    assert "binary_sensor.online" not in told("room", group=True)
    assert told("room", group=True)["sensor.faces"]["device"]["model"] == "Group of streams"


def test_without_scores_only_the_connection_and_events_are_shown() -> None:
    assert set(told(scores=False)) == {"binary_sensor.online", "event.event"}


def test_all_that_is_said_can_be_taken_back() -> None:
    assert set(assistant().messages("lobby")) == set(assistant().topics_of("lobby"))


def test_no_two_streams_of_any_two_services_are_taken_for_one() -> None:
    places = [
        ("semblance", "cam.a"),
        ("semblance", "cam_a"),
        ("semblance", "cam-a"),
        ("semblance", "a_cam"),
        ("semblance_a", "cam"),
        ("semblance.a", "cam"),
        ("semblance/a", "cam"),
        ("semblance-a", "cam"),
    ]
    ids = {
        json.loads(text)["unique_id"]
        for base, stream in places
        for text in assistant(base).messages(stream).values()
    }
    assert len(ids) == len(places) * 12


def test_every_event_that_a_rule_makes_is_known() -> None:
    begun = (threshold.STARTED, presence.STARTED)
    over = (name.replace("started", "ended") for name in begun)
    known = {dominant.CHANGED, *begun, *over, connection.LOST, "stream.back"}
    assert set(told()["event.event"]["event_types"]) == known
