"""Commands and Python hooks of a service: what works gets every event, what hangs holds up nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.service import PERSON, Service, serving, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.timeout(90), pytest.mark.in_order]

RECORD = """#!/bin/sh
cat >> "$1"; echo "$SEMBLANCE_EVENT of $SEMBLANCE_STREAM"; env > "$1.environment"
"""
LINGER = """#!/bin/sh
echo $$ > "$1.new"; mv "$1.new" "$1"; exec sleep 600
"""
LAMP = """
import json, time

def shine(event):
    with open({got!r}, "a") as sink:
        sink.write(json.dumps(event) + "\\n")

async def glow(event):
    shine(event)

def hang(event):
    time.sleep(3600)

def spark(event):
    raise ValueError("no bulb")
"""
ENTRIES = """[semblance.hooks]
lamp = a_lamp_of_the_tests:shine
hanging = a_lamp_of_the_tests:hang
sparking = a_lamp_of_the_tests:spark
missing = a_lamp_of_the_tests:no_such_thing
unwanted = a_lamp_of_the_tests:glow
"""
SECRET = "a-token-that-nobody-else-may-know"


def install(folder: Path, got: Path) -> None:
    """A distribution with hooks, as pip would leave it in a folder on the path."""
    info = folder / "a_lamp_of_the_tests-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: a-lamp\nVersion: 1.0\n", encoding="ascii")
    (info / "entry_points.txt").write_text(ENTRIES, encoding="ascii")
    (folder / "a_lamp_of_the_tests.py").write_text(LAMP.format(got=str(got)), encoding="ascii")


def script(path: Path, text: str) -> str:
    path.write_text(text, encoding="ascii")
    path.chmod(0o755)
    return str(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hooks")


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Service]:
    install(folder / "packages", folder / "lamp")
    settings = {
        "windows": [{"name": "half", "length": 0.5, "interval": 0.25}],
        "streams": [{"id": "lobby", "url": f"{PERSON}&hold=1"}],
        "rules": [{"id": "dominant-emotion", "type": "dominant", "hold": 0, "coverage": 0.2}],
        "hooks": {
            "python": ["lamp", "hanging", "sparking", "missing", "absent"],
            "commands": [
                {"id": "record", "command": [script(folder / "record", RECORD), str(folder / "got")]},
                {"id": "slow", "command": ["/bin/sleep", "60"], "timeout": 0.5},
                {"id": "gone", "command": ["/no/such/program"]},
                {
                    "id": "linger",
                    "command": [script(folder / "linger", LINGER), str(folder / "pid")],
                    "timeout": 60,
                },
            ],
        },
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder / "packages"))
        patch.setenv("SEMBLANCE_SOMETHING_SECRET", SECRET)
        with serving(folder, settings) as running:
            yield running


def written(path: Path) -> list[dict[str, Any]]:
    return (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    )


def recorded(service: Service) -> list[str]:
    """The ids of all events, oldest first."""
    answer = service.http.get("/api/v1/events", params={"stream": "lobby", "limit": 1000})
    found = [
        (event["sequence"], event["at"], event["id"]) for event in answer.raise_for_status().json()["events"]
    ]
    return [name for _, _, name in sorted(found)]


def deliveries(service: Service, hook: str) -> list[dict[str, Any]]:
    """Newest first."""
    found: list[dict[str, Any]] = (
        service.http.get(f"/api/v1/hooks/{hook}/deliveries").raise_for_status().json()["deliveries"]
    )
    return found


@pytest.mark.parametrize("place", ["got", "lamp"])
def test_a_command_and_a_function_get_every_event_in_order(
    service: Service, folder: Path, place: str
) -> None:
    wait_until(lambda: len(written(folder / place)) >= 4, 20, service.written)
    got = written(folder / place)
    ids = [event["data"]["id"] for event in got]
    known = recorded(service)
    assert ids == known[: len(ids)]
    assert {event["type"] for event in got} == {"emotion.dominant.changed"}


def test_a_command_sees_no_secret_and_its_words_are_in_the_log(service: Service, folder: Path) -> None:
    wait_until(lambda: bool(deliveries(service, "record")), 10, service.written)
    newest = deliveries(service, "record")[0]
    assert (newest["outcome"], newest["status"]) == ("delivered", 0)
    assert newest["answer"] == "emotion.dominant.changed of lobby\n"
    environment = (folder / "got.environment").read_text(encoding="utf-8")
    assert SECRET not in environment
    assert "SEMBLANCE_STREAM=lobby" in environment
    assert "PYTHONPATH" not in environment


@pytest.mark.parametrize(
    ("hook", "error"),
    [
        ("slow", "It had not ended after 0.5 s, and was ended."),
        ("gone", "/no/such/program cannot be started: No such file or directory."),
        ("python.sparking", "ValueError: no bulb"),
        ("python.missing", "It could not be imported: AttributeError"),
    ],
)
def test_what_fails_says_why_and_holds_up_nothing(service: Service, hook: str, error: str) -> None:
    wait_until(lambda: bool(deliveries(service, hook)), 10, lambda: deliveries(service, hook))
    newest = deliveries(service, hook)[0]
    assert newest["outcome"] == "failed"
    assert newest["error"].startswith(error)


def test_what_cannot_work_is_told_of_at_the_start(service: Service) -> None:
    said = service.written()
    assert "There is no file '/no/such/program'" in said
    assert "hook missing: It could not be imported: AttributeError" in said
    assert "No installed package offers a hook 'absent'" in said
    assert "unwanted" not in said
    assert said.count('raise ValueError("no bulb")') == 1


def test_hooks_from_the_configuration_are_shown_without_what_may_be_secret(service: Service) -> None:
    hooks = {hook["id"]: hook for hook in service.http.get("/api/v1/hooks").json()["hooks"]}
    assert {hooks[name]["kind"] for name in ("record", "slow", "gone", "linger")} == {"command"}
    assert hooks["python.lamp"]["kind"] == "python"
    assert "python.unwanted" not in hooks
    assert hooks["slow"]["target"] == "/bin/sleep"
    assert service.http.delete("/api/v1/hooks/slow").status_code == 409


def test_a_test_delivery_runs_the_command_at_once(service: Service) -> None:
    answer = service.http.post("/api/v1/hooks/record/test").raise_for_status().json()
    assert answer["outcome"] == "delivered"
    assert answer["answer"].startswith("hook.test")


def test_the_service_ends_with_the_programs_it_runs_and_for_no_function_that_hangs(
    service: Service, folder: Path
) -> None:
    wait_until(lambda: (folder / "pid").exists(), 10, service.written)
    pid = (folder / "pid").read_text(encoding="ascii").strip()
    assert Path(f"/proc/{pid}").exists()
    assert service.end() == 0
    assert not Path(f"/proc/{pid}").exists()
