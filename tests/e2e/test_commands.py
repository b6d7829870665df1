"""The command line as somebody types it: exit status, one or two lines, never a traceback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.e2e.service import COMMAND, PERSON, free_port, serving

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.timeout(90)


def typed(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(COMMAND), *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **environment},
    )


def complaint(done: subprocess.CompletedProcess[str], status: int) -> str:
    """What it wrote to stderr, which must be short and no traceback."""
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("command", ["serve", "demo", "analyze", "watch", "bench", "models", "config"])
def test_every_command_has_help(command: str) -> None:
    done = typed(command, "--help")
    assert done.returncode == 0
    assert "Usage" in done.stdout


def test_the_version_is_told() -> None:
    assert typed("--version").stdout.startswith("semblance 0.")


def test_an_unknown_command_is_wrong_usage() -> None:
    assert "frobnicate" in complaint(typed("frobnicate"), 2)


def test_an_unknown_option_is_wrong_usage() -> None:
    assert "--loudly" in complaint(typed("serve", "--loudly"), 2)


def test_a_mistake_in_the_configuration_is_named_by_its_path(tmp_path: Path) -> None:
    config = tmp_path / "semblance.yaml"
    config.write_text(
        "server: {port: 99999}\nstreams: [{id: 'no spaces please', url: 'pattern:'}]\n", "utf-8"
    )
    for words in (["config", "check", str(config)], ["serve", "--config", str(config)]):
        said = complaint(typed(*words), 2)
        assert "server.port" in said
        assert "streams[0].id" in said


def test_a_configuration_that_is_not_there_is_wrong_configuration(tmp_path: Path) -> None:
    said = complaint(typed("serve", "--config", str(tmp_path / "none.yaml")), 2)
    assert "none.yaml" in said
    assert said.count("\n") <= 2


def test_a_port_in_use_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = complaint(typed("serve", "--port", str(port)), 1)
    assert str(port) in said
    assert said.count("\n") <= 2


def test_listening_to_everybody_without_a_token_is_refused_with_the_way_out() -> None:
    said = complaint(typed("serve", "--host", "0.0.0.0", "--port", "0"), 2)
    assert "token" in said


def test_analysing_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    done = typed("analyze", str(tmp_path / "none.mp4"))
    assert done.returncode in (1, 2)
    assert "none.mp4" in done.stderr
    assert "Traceback" not in done.stderr


def test_analysing_text_is_one_line(tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("no video\n" * 50, "utf-8")
    done = typed("analyze", str(text))
    assert done.returncode == 1
    assert "notes.mp4" in done.stderr
    assert "Traceback" not in done.stderr


def test_watching_a_service_that_is_not_there_is_one_line() -> None:
    said = complaint(typed("watch", "http://127.0.0.1:9"), 1)
    assert "127.0.0.1:9" in said
    assert said.count("\n") <= 2


def test_the_weights_that_ship_verify() -> None:
    done = typed("models", "verify")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_service_cleanly_within_five_seconds(
    tmp_path: Path, number: signal.Signals
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        addresses = {
            "people": PERSON,
            "gone": f"rtsp://127.0.0.1:{free_port()}/none",
            "silent": f"rtsp://127.0.0.1:{silent.getsockname()[1]}/none",
        }
        settings = {
            "streams": [{"id": name, "url": url} for name, url in addresses.items()],
            "sources": {"open_timeout": 30},
        }
        with serving(tmp_path, settings) as service:
            service.wait_for_state("people", "running", 10)
            assert service.stream("silent")["state"] == "connecting"
            assert service.end(number) in (0, 128 + number)


def test_watch_writes_summaries_until_it_is_told_to_stop(tmp_path: Path) -> None:
    with serving(tmp_path, {"streams": [{"id": "people", "url": PERSON}]}) as service:
        command = [str(COMMAND), "watch", service.address]
        watching = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert watching.stdout is not None
        summary = json.loads(watching.stdout.readline())
        watching.send_signal(signal.SIGINT)
        _, said = watching.communicate(timeout=5)
    assert (summary["type"], summary["stream"]) == ("summary", "people")
    assert watching.returncode in (0, 130)
    assert "Traceback" not in said
