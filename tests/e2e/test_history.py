"""What a service remembers, asked over REST and exported beside it, also of before it was started again."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from tests.e2e.live import listening
from tests.e2e.service import COMMAND, PERSON, free_port, serving, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.service import Service

pytestmark = pytest.mark.timeout(150)

ROOM = {"id": "room", "streams": ["left", "right"]}
LEFT = "/api/v1/streams/left/summaries"


@dataclass(slots=True)
class Remembering:
    """A service in its second life; `until` is when its first ended."""

    service: Service
    settings: Path
    until: str
    before: list[dict[str, Any]]

    def get(self, path: str, **query: Any) -> Any:
        return self.service.http.get(path, params=query).raise_for_status()

    def export(self, *words: str) -> str:
        """What `semblance export` writes, beside the service."""
        command = [str(COMMAND), "export", "--config", str(self.settings), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def remembering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remembering]:
    """Two streams and their group, seen for some seconds, then the service was started again."""
    folder = tmp_path_factory.mktemp("remembering")
    port = free_port()
    streams = [{"id": name, "url": PERSON, "fps": 5} for name in ("left", "right")]
    settings = {"history": {"url": str(folder / "history.db")}, "groups": [ROOM], "streams": streams}
    with serving(folder, settings, port) as first:
        wait_until(lambda: len(scored(first, "room")) >= 4, 40, first.written)
        wait_until(lambda: bool(dominance(first)), 40, first.written)
        first.http.delete("/api/v1/streams/right").raise_for_status()
        before = summaries(first, "left")
    assert "fails" not in first.written()
    settings["streams"] = streams[:1]
    with serving(folder, settings, port) as second:
        wait_until(lambda: len(summaries(second, "left")) > len(before) + 4, 40, second.written)
        yield Remembering(second, folder / f"semblance-{port}.yaml", before[-1]["end"], before)


def summaries(service: Service, stream: str) -> list[dict[str, Any]]:
    answer = service.http.get(f"/api/v1/streams/{stream}/summaries", params={"limit": 1000})
    found: list[dict[str, Any]] = answer.json().get("summaries", [])
    return found


def scored(service: Service, stream: str) -> list[dict[str, Any]]:
    return [each for each in summaries(service, stream) if each["dominant"]]


def dominance(service: Service, **query: str) -> list[dict[str, Any]]:
    """The events of the stream on the left, oldest first."""
    wanted = {"stream": "left", "name": "emotion.dominant.changed", "order": "oldest", **query}
    found: list[dict[str, Any]] = service.http.get("/api/v1/events", params=wanted).json()["events"]
    return found


def test_what_was_seen_before_the_restart_is_answered_and_the_numbers_go_on(
    remembering: Remembering,
) -> None:
    now = summaries(remembering.service, "left")
    assert now[: len(remembering.before)] == remembering.before
    numbers = [each["sequence"] for each in now]
    assert numbers == sorted(set(numbers))
    ends = [each["end"] for each in now]
    assert ends == sorted(set(ends))


def test_pages_and_files_hold_the_same(remembering: Remembering) -> None:
    until = summaries(remembering.service, "left")[-1]["end"]
    pages: list[dict[str, Any]] = []
    query: dict[str, Any] = {"until": until, "limit": 7}
    while True:
        page = remembering.get(LEFT, **query).json()
        pages = page["summaries"] + pages
        if "nextCursor" not in page:
            break
        query["cursor"] = page["nextCursor"]
    lines = remembering.get(LEFT, until=until, format="ndjson").text.splitlines()
    assert [json.loads(line) for line in lines] == pages
    rows = list(csv.DictReader(io.StringIO(remembering.get(LEFT, until=until, format="csv").text)))
    assert [row["end"] for row in rows] == [page["end"] for page in pages]
    table = pq.read_table(io.BytesIO(remembering.get(LEFT, until=until, format="parquet").content))
    assert table.column("sequence").to_pylist() == [page["sequence"] for page in pages]
    steps = remembering.get(LEFT, until=until, step=2).json()["steps"]
    assert sum(step["windows"] for step in steps) == len(pages)
    result = remembering.get(LEFT, until=until, format="emotion-api").json()
    assert sum(len(fragment.get("events", ())) for fragment in result["fragments"]) == len(pages)
    exported = remembering.export("--stream", "left", "--until", remembering.until, "--format", "ndjson")
    assert exported.splitlines() == [line for line in lines if json.loads(line)["end"] <= remembering.until]


def test_a_group_and_a_stream_that_is_gone_have_a_past(remembering: Remembering) -> None:
    assert scored(remembering.service, "room")
    assert scored(remembering.service, "right")
    assert remembering.service.http.get("/api/v1/streams/right").status_code == 404
    assert remembering.service.http.get("/api/v1/streams/roof/summaries").status_code == 404


def test_events_are_listed_shown_and_exported(remembering: Remembering) -> None:
    events = dominance(remembering.service, until=remembering.until)
    assert events[0]["after"] is not None
    assert remembering.get(f"/api/v1/events/{events[0]['id']}").json() == events[0]
    lines = remembering.export(
        "--kind", "events", "--stream", "left", "--until", remembering.until, "--format", "ndjson"
    )
    told = [json.loads(line) for line in lines.splitlines()]
    assert [each for each in told if each["name"] == events[0]["name"]] == events


def test_a_marker_is_seen_live_and_its_scores_are_asked(remembering: Remembering) -> None:
    http = remembering.service.http
    with listening(remembering.service.live_address, ["left"], "marker") as live:
        body = {"label": "joke 3", "stream": "left", "at": remembering.before[-1]["end"]}
        marker = http.post("/api/v1/markers", json=body).raise_for_status().json()
        assert live.first(lambda message: message["type"] == "marker", 5) == marker
    scores = remembering.get(f"/api/v1/markers/{marker['id']}/scores", before=60, after=30).json()
    assert scores["before"]["windowMeanScores"] is not None
    assert scores["series"][0]["end"] == remembering.before[0]["end"]
    rows = csv.DictReader(io.StringIO(remembering.export("--kind", "markers")))
    assert [row["label"] for row in rows] == ["joke 3"]
    assert http.delete(f"/api/v1/markers/{marker['id']}").status_code == 204
    assert remembering.get("/api/v1/markers").json() == {"markers": []}
