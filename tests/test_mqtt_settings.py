"""What an operator can say of the MQTT broker."""

from __future__ import annotations

import json
import ssl
from typing import TYPE_CHECKING

import pytest

from semblance.configuration import ConfigurationError, load
from tests.certificates import certificate
from web.hooks.hook import HookFilter
from web.hooks.mqtt_options import MqttOptions

if TYPE_CHECKING:
    from pathlib import Path

WINDOWS = ("2s", "60s")
SECRET = "s3cret"


def written(folder: Path, mqtt: dict[str, object], **rest: object) -> Path:
    path = folder / "semblance.yaml"
    path.write_text(json.dumps({"mqtt": mqtt, **rest}), encoding="utf-8")
    return path


def options(folder: Path, **mqtt: object) -> MqttOptions:
    settings = load(written(folder, mqtt)).mqtt
    assert settings is not None
    return settings.options(WINDOWS)


def test_without_a_broker_there_is_no_mqtt() -> None:
    assert load().mqtt is None


def test_an_address_is_enough(tmp_path: Path) -> None:
    assert options(tmp_path, url="mqtt://broker") == MqttOptions("broker", 1883, "2s")


def test_user_and_password_come_from_the_address_and_are_never_shown(tmp_path: Path) -> None:
    made = options(tmp_path, url="mqtt://anna:s3cret%2Fwith%40signs@broker:1884")
    assert (made.user, made.password, made.port) == ("anna", "s3cret/with@signs", 1884)
    assert made.broker == "mqtt://broker:1884"
    assert SECRET not in repr(made)
    assert SECRET not in repr(load(tmp_path / "semblance.yaml"))


def test_user_and_password_may_stand_on_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMBLANCE_MQTT__PASSWORD", SECRET)
    made = options(tmp_path, url="mqtt://broker", user="anna")
    assert (made.user, made.password) == ("anna", SECRET)


def test_with_tls_the_broker_must_show_who_it_is(tmp_path: Path) -> None:
    made = options(tmp_path, url="mqtts://broker", ca=str(certificate(tmp_path, "ca")[0]))
    assert made.tls is not None
    assert made.tls.verify_mode == ssl.CERT_REQUIRED
    assert made.tls.check_hostname
    assert made.port == 8883
    assert made.tls.cert_store_stats()["x509"] == 1


def test_the_rest_is_said_in_the_words_of_the_web_layer(tmp_path: Path) -> None:
    made = options(
        tmp_path,
        url="mqtt://[::1]:1884",
        topic="house/hall",
        discovery=None,
        window="60s",
        scores=False,
        rules=["laughing"],
        streams=["lobby", "room"],
        max_age=60,
    )
    wanted = HookFilter(frozenset({"laughing"}), frozenset({"lobby", "room"}))
    assert made == MqttOptions(
        "::1",
        1884,
        "60s",
        topic="house/hall",
        discovery=None,
        scores=False,
        filter=wanted,
        max_age=60,
    )
    assert made.broker == "mqtt://[::1]:1884"


@pytest.mark.parametrize(
    ("mistake", "field", "sentence"),
    [
        ({"url": "http://broker"}, "mqtt.url", "starts with mqtt:// or mqtts://"),
        ({"url": "broker"}, "mqtt.url", "starts with"),
        ({"url": "mqtt://"}, "mqtt.url", "no host"),
        ({"url": "mqtt://broker:0"}, "mqtt.url", "no host and port"),
        ({"url": "mqtt://broker:99999"}, "mqtt.url", "no broker's address"),
        ({"url": "mqtt://a:s3cret/x@broker"}, "mqtt.url", "no broker's address"),
        ({"url": "mqtt://broker/path?s3cret"}, "mqtt.url", "nothing may follow"),
        ({"url": f"mqtt://{'x' * 64}.example"}, "mqtt.url", "no broker's address"),
        ({"url": "mqtt://a:s3cret@b", "user": "anna"}, "mqtt", "in the address already"),
        ({"url": "mqtt://b", "password": SECRET}, "mqtt", "needs a user"),
        ({"url": "mqtt://b", "ca": "ca.pem"}, "mqtt", "mqtts:// alone"),
        ({"url": "mqtts://b", "ca": "/no/such/file"}, "mqtt", "/no/such/file cannot be read"),
        ({"url": "mqtts://b", "ca": __file__}, "mqtt", "holds no certificate"),
        ({"url": "mqtt://b", "topic": "a/+/b"}, "mqtt.topic", "pattern"),
        ({"url": "mqtt://b", "topic": "$SYS"}, "mqtt.topic", "pattern"),
        ({"url": "mqtt://b", "topic": "/a"}, "mqtt.topic", "pattern"),
        ({"url": "mqtt://b", "discovery": ""}, "mqtt.discovery", "pattern"),
        ({"url": "mqtt://b", "window": "5s"}, "mqtt", "no window '5s'"),
        ({"url": "mqtt://b", "streams": "lobby"}, "mqtt.streams", "a list of ids"),
        ({"url": "mqtt://b", "retain": True}, "mqtt.retain", "unknown key"),
    ],
)
def test_a_mistake_is_named_by_its_path_and_no_secret_is_repeated(
    tmp_path: Path, mistake: dict[str, object], field: str, sentence: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(written(tmp_path, mistake))
    said = str(caught.value)
    assert said.startswith(field + ":")
    assert sentence in said
    assert SECRET not in said


@pytest.mark.parametrize("name", ["event", "availability"])
def test_a_window_may_not_take_the_name_of_another_topic(tmp_path: Path, name: str) -> None:
    windows = [{"name": name, "length": 2, "interval": 1}]
    with pytest.raises(ConfigurationError, match=f"'{name}' with MQTT"):
        load(written(tmp_path, {"url": "mqtt://b"}, windows=windows))
    assert load(written(tmp_path, {"url": "mqtt://b", "scores": False}, windows=windows)).mqtt
