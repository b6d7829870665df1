"""The MQTT publisher as the settings ask for it."""

from __future__ import annotations

from typing import Any

import pytest

from semblance.mqtt_metrics import MqttCollector
from semblance.mqtt_publisher import make_mqtt
from semblance.settings import Settings
from web.hooks.mqtt_figures import MqttFigures

BROKER = {"url": "mqtt://anna:s3cret@broker"}


def test_without_a_broker_there_is_none() -> None:
    assert make_mqtt(Settings(), "1.0") is None


def test_its_hook_shows_where_the_broker_is_and_no_password() -> None:
    mqtt = make_mqtt(Settings.model_validate({"mqtt": BROKER}), "1.0")
    assert mqtt is not None
    hook = mqtt.hook()
    assert (hook.id, hook.kind, hook.target) == ("mqtt", "mqtt", "mqtt://broker:1883")
    assert hook.schedule.repeats


@pytest.mark.parametrize(
    ("server", "address"),
    [
        ({}, None),
        ({"host": "0.0.0.0"}, None),
        ({"host": "192.168.1.5"}, "http://192.168.1.5:8484"),
        ({"host": "fd00::5", "port": 80}, "http://[fd00::5]:80"),
        ({"hosts": ["semblance.example"]}, "https://semblance.example"),
    ],
)
def test_home_assistant_links_to_the_dashboard_where_it_is_known(
    server: dict[str, Any], address: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, Any] = {}
    monkeypatch.setattr("semblance.mqtt_publisher.HomeAssistant", lambda *_, **rest: told.update(rest))
    make_mqtt(Settings.model_validate({"mqtt": BROKER, "server": server}), "1.0")
    assert told["address"] == address


def test_the_figures_are_there_for_prometheus() -> None:
    figures = MqttFigures(connected=True, connections=2, scores=3, dropped=4, events=5)
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for metric in MqttCollector(figures).collect()
        for sample in metric.samples
    }
    assert samples == {
        ("semblance_mqtt_connected",): 1,
        ("semblance_mqtt_connections_total",): 2,
        ("semblance_mqtt_published_total", "scores"): 3,
        ("semblance_mqtt_published_total", "event"): 5,
        ("semblance_mqtt_dropped_total",): 4,
    }
