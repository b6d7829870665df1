"""The settings tree: defaults, files, environment, and mistakes named by their path."""

import errno
from pathlib import Path

import pytest

from semblance.configuration import ConfigurationError, load, schema
from tests.certificates import certificate


def written(folder: Path, text: str) -> Path:
    path = folder / "semblance.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_defaults_listen_on_this_machine_alone() -> None:
    settings = load()
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8484)
    assert [window.name for window in settings.windows] == ["2s", "60s"]
    assert settings.auth.tokens == ()


def test_windows_weight_faces_equally_unless_asked_to_by_quality(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "windows: [{name: a, length: 2, interval: 1}, {name: b, length: 2, interval: 1, weights: quality}]",
    )
    assert [window.weights for window in load(path).windows] == ["equal", "quality"]


def test_a_deployment_may_shift_the_classifier_s_operating_point(tmp_path: Path) -> None:
    assert load().inference.options().tau is None
    assert load(written(tmp_path, "inference: {tau: 0.25}")).inference.options().tau == 0.25


def test_a_file_is_read(tmp_path: Path) -> None:
    path = written(
        tmp_path, "server: {port: 9000}\nstreams:\n  - {id: lobby, url: 'rtsp://10.0.0.7/a', fps: 5}\n"
    )
    settings = load(path)
    assert settings.server.port == 9000
    assert settings.streams[0].fps == 5


def test_models_and_detail_are_chosen_in_a_file(tmp_path: Path) -> None:
    settings = load(
        written(
            tmp_path,
            "inference: {detector: yunet, classifier: ./mine/manifest.json}\n"
            "streams: [{id: stage, url: 'pattern:', detail: high}]\n",
        )
    )
    options = settings.inference.options()
    assert (options.detector, options.classifier) == ("yunet", "./mine/manifest.json")
    assert options.min_confidence is None  # as the detector's manifest has it
    assert settings.streams[0].detail == "high"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMBLANCE_SERVER__PORT", "9001")
    assert load(written(tmp_path, "server: {port: 9000, host: '::1'}")).server.port == 9001


def test_tokens_come_from_the_environment_as_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMBLANCE_AUTH__TOKENS", "a-token-of-sixteen, another-token-of-20")
    tokens = load().auth.tokens
    assert [token.get_secret_value() for token in tokens] == ["a-token-of-sixteen", "another-token-of-20"]


def test_every_mistake_is_named_by_its_path_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
server: {port: 99999, hots: x}
windows: [{name: a, length: 1, interval: 2}]
streams:
  - {id: a, url: "rtsp://camera/", fps: 0}
  - {id: "a b", url: "gopher://camera/"}
""",
    )
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    lines = str(caught.value).splitlines()
    paths = [line.split(": ")[0] for line in lines]
    assert paths == [
        "server.port",
        "server.hots",
        "windows[0].interval",
        "streams[0].fps",
        "streams[1].id",
        "streams[1].url",
    ]


def test_an_id_used_twice_is_a_mistake_of_the_second(tmp_path: Path) -> None:
    path = written(tmp_path, "streams: [{id: a, url: 'pattern:'}, {id: a, url: 'pattern:'}]")
    with pytest.raises(ConfigurationError, match=r"^streams\[1\]: the stream id 'a' is there already$"):
        load(path)


def test_a_mistake_does_not_show_the_password(tmp_path: Path) -> None:
    path = written(tmp_path, "streams: [{id: a, url: 'gopher://admin:hunter2@camera/'}]")
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("- a\n- b\n", "holds no keys"), ("a: [\n", "is not YAML"), ("server: 5\n", "server: ")],
)
def test_a_file_of_another_kind_is_refused_with_a_sentence(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        load(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.yaml: cannot be read"):
        load(tmp_path / "nowhere.yaml")


def test_the_schema_describes_every_key() -> None:
    properties = schema()["properties"]
    assert set(properties) == {
        "server",
        "auth",
        "inference",
        "sources",
        "webrtc",
        "preview",
        "windows",
        "streams",
        "groups",
        "rules",
        "history",
        "hooks",
        "mqtt",
        "emotion_api",
    }


def test_publishers_come_over_a_fixed_range_of_ports_and_ask_no_foreign_server() -> None:
    webrtc = load().webrtc
    assert webrtc.options(alone=False).ports == (50000, 50199)
    assert webrtc.options(alone=False).ice_servers == ()
    assert (webrtc.sessions, webrtc.forget_after) == (100, 300)


def test_ice_servers_come_with_credentials_that_are_never_shown(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "webrtc: {udp_ports: 40000-40009, addresses: [203.0.113.7], sessions: 3, ice_servers: "
        "[{urls: ['stun:stun.example:3478']}, "
        "{urls: ['turns:turn.example?transport=tcp'], username: me, credential: s3cret}]}",
    )
    settings = load(path)
    options = settings.webrtc.options(alone=False)
    assert options.ports == (40000, 40009)
    assert options.addresses == ("203.0.113.7",)
    assert options.sessions == 3
    assert [server.credential for server in options.ice_servers] == [None, "s3cret"]
    assert "s3cret" not in repr(settings) + repr(options)


@pytest.mark.parametrize(
    "url",
    [
        "stun:host:1",
        "stun:10.0.0.7:65535",
        "stun:a_b.example.",
        "stun:3com.example",
    ],
)
def test_an_ice_server_is_a_name_or_an_address(tmp_path: Path, url: str) -> None:
    settings = load(written(tmp_path, f"webrtc: {{ice_servers: [{{urls: ['{url}']}}]}}"))
    assert settings.webrtc.ice_servers[0].urls == (url,)


@pytest.mark.parametrize(
    ("webrtc", "alone", "local", "loopback"),
    [
        ("interfaces: auto", True, True, False),
        ("interfaces: auto", False, False, False),
        ("addresses: [203.0.113.7]", True, False, False),
        ("ice_servers: [{urls: ['stun:stun.example']}]", True, False, False),
        ("interfaces: all", True, False, False),
        ("interfaces: loopback", False, False, True),
    ],
)
def test_media_is_taken_from_this_machine_alone_where_the_service_is_for_it_alone(
    tmp_path: Path, webrtc: str, alone: bool, local: bool, loopback: bool
) -> None:
    options = load(written(tmp_path, f"webrtc: {{{webrtc}}}")).webrtc.options(alone=alone)
    assert (options.local, options.loopback) == (local, loopback)


@pytest.mark.parametrize(
    ("mistake", "path", "says"),
    [
        ("udp_ports: 50199-50000", "webrtc.udp_ports", "in order"),
        ("udp_ports: 50000-50000", "webrtc.udp_ports", "at least two"),
        ("udp_ports: 80-90", "webrtc.udp_ports", "from 1024"),
        ("udp_ports: 50000", "webrtc.udp_ports", ""),
        ("udp_ports: all", "webrtc.udp_ports", "50000-50199"),
        ("addresses: [camera.example]", "webrtc.addresses[0]", ""),
        ("addresses: [0.0.0.0]", "webrtc", "nowhere"),
        ("ice_servers: [{urls: ['http://stun.example']}]", "webrtc.ice_servers[0].urls[0]", "stun:host"),
        ("ice_servers: [{urls: ['stun:host:99999']}]", "webrtc.ice_servers[0].urls[0]", "no port 99999"),
        ("ice_servers: [{urls: ['stun:host:0']}]", "webrtc.ice_servers[0].urls[0]", "no port 0"),
        ("ice_servers: [{urls: ['stun:host?transport=udp']}]", "webrtc.ice_servers[0].urls[0]", "stun:host"),
        ("ice_servers: [{urls: ['stun:300.1.1.1']}]", "webrtc.ice_servers[0].urls[0]", "no host"),
        ("ice_servers: [{urls: ['stun:[2001:db8::7]:3478']}]", "webrtc.ice_servers[0].urls[0]", "no host"),
        ("ice_servers: [{urls: ['stun:a..b']}]", "webrtc.ice_servers[0].urls[0]", "no host"),
        ("ice_servers: [{urls: ['stun:-a.b']}]", "webrtc.ice_servers[0].urls[0]", "no host"),
        (f"ice_servers: [{{urls: ['stun:{'a' * 64}.b']}}]", "webrtc.ice_servers[0].urls[0]", "no host"),
        (f"ice_servers: [{{urls: ['stun:{'a.' * 130}b']}}]", "webrtc.ice_servers[0].urls[0]", "no host"),
        ("ice_servers: [{urls: ['turn:turn.example']}]", "webrtc.ice_servers[0]", "username"),
        ("ice_servers: [{urls: []}]", "webrtc.ice_servers[0].urls", ""),
        ("sessions: 0", "webrtc.sessions", ""),
        ("forget_after: -1", "webrtc.forget_after", ""),
    ],
)
def test_a_mistake_in_webrtc_is_named_by_its_path(tmp_path: Path, mistake: str, path: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(written(tmp_path, f"webrtc: {{{mistake}}}"))
    assert str(caught.value).startswith(path)
    assert says in str(caught.value)


def test_https_wants_a_certificate_and_its_own_key(tmp_path: Path) -> None:
    one, key = certificate(tmp_path, "one")
    _, other = certificate(tmp_path, "other")
    assert load(written(tmp_path, f"server: {{tls: {{certificate: {one}, key: {key}}}}}")).server.tls
    with pytest.raises(ConfigurationError, match=rf"^server.tls: {other} is not the key of .*{one}$"):
        load(written(tmp_path, f"server: {{tls: {{certificate: {one}, key: {other}}}}}"))


def test_a_certificate_that_is_not_there_or_none_is_named(tmp_path: Path) -> None:
    _, key = certificate(tmp_path, "one")
    text = written(tmp_path, "no certificate")
    missing = tmp_path / "missing.pem"
    with pytest.raises(ConfigurationError, match=rf"^server.tls.certificate: there is no file {missing}$"):
        load(written(tmp_path, f"server: {{tls: {{certificate: {missing}, key: {key}}}}}"))
    with pytest.raises(ConfigurationError, match=rf"^server.tls: {text} and {key} are not a certificate"):
        load(written(tmp_path, f"server: {{tls: {{certificate: {text}, key: {key}}}}}"))


def test_a_path_that_cannot_be_one_is_a_sentence_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, key = certificate(tmp_path, "one")
    long = tmp_path / ("a" * 300)
    with pytest.raises(
        ConfigurationError, match=rf"^server.tls.certificate: {long} cannot be read: File name"
    ):
        load(written(tmp_path, f"server: {{tls: {{certificate: {long}, key: {key}}}}}"))

    def locked(path: Path) -> bool:
        if path == key:
            raise PermissionError(errno.EACCES, "Permission denied")
        return True

    monkeypatch.setattr(Path, "is_file", locked)
    with pytest.raises(ConfigurationError, match=rf"server.tls.key: {key} cannot be read: Permission denied"):
        load(written(tmp_path, f"server: {{tls: {{certificate: {key}, key: {key}}}}}"))


def test_a_key_that_wants_a_password_is_refused_instead_of_asking_for_it(tmp_path: Path) -> None:
    signed, key = certificate(tmp_path, "locked", password="s3cret")
    with pytest.raises(ConfigurationError, match=rf"^server.tls: {key} is locked by a password"):
        load(written(tmp_path, f"server: {{tls: {{certificate: {signed}, key: {key}}}}}"))


def test_groups_are_read_and_their_ids_are_those_of_nothing_else(tmp_path: Path) -> None:
    path = written(tmp_path, "groups: [{id: room, streams: [cam-a, cam-b]}]\n")
    assert [(group.id, group.streams) for group in load(path).groups] == [("room", ("cam-a", "cam-b"))]
    with pytest.raises(ConfigurationError, match=r"groups\[1\]\.id: 'lobby' is the id of a stream"):
        load(
            written(
                tmp_path,
                "streams: [{id: lobby, url: 'pattern:'}]\n"
                "groups: [{id: room, streams: [hall]}, {id: lobby, streams: [hall]}]\n",
            )
        )
    with pytest.raises(ConfigurationError, match=r"groups\[0\]\.streams\[1\]: the stream 'a' is there"):
        load(written(tmp_path, "groups: [{id: room, streams: [a, a]}]\n"))


def test_rules_are_read_and_their_mistakes_named_by_their_path(tmp_path: Path) -> None:
    laughing = "{id: laughing, type: threshold, emotion: happiness, enter: 0.6, exit: 0.4}"
    assert [rule.id for rule in load(written(tmp_path, f"rules: [{laughing}]")).rules] == ["laughing"]
    path = written(
        tmp_path,
        "rules:\n"
        "  - {id: laughing, type: threshold, emotion: joy, enter: 2, exit: 0.4}\n"
        "  - {id: a, type: sometimes}\n",
    )
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert {line.partition(":")[0] for line in str(caught.value).splitlines()} == {
        "rules[0].emotion",
        "rules[0].enter",
        "rules[1].type",
    }
    with pytest.raises(ConfigurationError, match=r"rules\[1\]: the rule id 'laughing' is there already"):
        load(written(tmp_path, f"rules: [{laughing}, {laughing}]"))
    with pytest.raises(ConfigurationError, match=r"rules\[0\]\.window: there is no window '3s'"):
        load(written(tmp_path, "rules: [{id: a, type: presence, window: 3s}]"))


def test_a_group_is_made_of_streams_alone(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"groups\[1\]\.streams\[0\]: 'a' is a group"):
        load(written(tmp_path, "groups: [{id: a, streams: [x]}, {id: b, streams: [a]}]"))
    with pytest.raises(
        ConfigurationError, match=r"groups\[1\]\.id: 'a' is among the streams of the group 'b'"
    ):
        load(written(tmp_path, "groups: [{id: b, streams: [a]}, {id: a, streams: [x]}]"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("streams: 7", "streams: must be a list"),
        ("streams: [lobby]", "streams[0]: must be keys and values"),
        ("rules: [laughing]", "rules[0]: must be keys and values"),
        ("server: 8484", "server: must be keys and values"),
        (
            "hooks: {commands: [{id: a, command: /bin/true --quiet}]}",
            "hooks.commands[0].command: must be a list: the program and its arguments, each by itself",
        ),
    ],
)
def test_what_should_be_a_list_or_keys_is_told_so_in_plain_words(
    tmp_path: Path, text: str, line: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(written(tmp_path, text))
    assert str(caught.value) == line


def test_a_rule_names_groups_under_groups(tmp_path: Path) -> None:
    text = "groups: [{id: room, streams: [a]}]\nrules: [{id: crowd, type: presence, streams: [a, room]}]\n"
    with pytest.raises(
        ConfigurationError, match=r"rules\[0\]\.streams: 'room' is a group; name it under `groups`"
    ):
        load(written(tmp_path, text))
