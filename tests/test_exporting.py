"""`semblance export`: what was recorded, as a file."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import TYPE_CHECKING

import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from sqlalchemy import insert

from aggregation.event import Marker
from semblance import exporting
from semblance.command_line import status
from tests.recorded import varied
from tests.test_events import event
from tests.web_service import EPOCH, WINDOWS
from web.history.engine import writing
from web.history.location import locate
from web.history.marker_log import add_marker
from web.history.schema import events, metadata
from web.history.tail import Appender
from web.messages import encode, event_json, summary_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection


class Shell:
    """`semblance export`, typed in this process."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def export(self, *words: str) -> tuple[int, str, str]:
        """The exit status, what was written to standard output, and what to standard error."""
        config = self.folder / "semblance.yaml"
        config.write_text(json.dumps({"history": {"url": str(self.folder / "history.db")}}))
        self._monkeypatch.setattr(sys, "argv", ["semblance", "export", "--config", str(config), *words])
        ended = status()
        told = self._capsys.readouterr()
        return ended, told.out, told.err


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A folder in which no history is."""
    return Shell(tmp_path, monkeypatch, capsys)


@pytest.fixture
def shell(empty: Shell, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """A history with thirty summaries of two streams, six events and two markers, while it is written to."""
    monkeypatch.setattr(exporting, "PORTION", 7)
    monkeypatch.setattr(exporting, "LARGE", 7)
    engine = writing(locate(str(empty.folder / "history.db")))
    with engine.begin() as connection:
        metadata.create_all(connection)
        _record(connection)
    yield empty
    engine.dispose()


def _record(connection: Connection) -> None:
    Appender(WINDOWS).append(connection, [*varied(30), *varied(3, "door")])
    for number in range(6):
        each = event(number)
        connection.execute(
            insert(events).values(
                id=each.id,
                stream=each.stream,
                rule=each.rule,
                name=each.name,
                at=round(each.at * 1e6),
                sequence=each.sequence,
                document=encode(event_json(each)),
            )
        )
    add_marker(connection, Marker("mrk_a", "lobby", EPOCH + 1, "=joke"))
    add_marker(connection, Marker("mrk_b", None, EPOCH + 9, "ad"))


def test_summaries_are_exported_as_they_were_sent(shell: Shell) -> None:
    status, out, _ = shell.export("--stream", "lobby", "--format", "ndjson")
    assert status == 0
    assert [json.loads(line) for line in out.splitlines()] == [summary_json(each) for each in varied(30)]
    status, out, _ = shell.export("--stream", "door")
    assert [row["sequence"] for row in csv.DictReader(io.StringIO(out))] == ["1", "2", "3"]


def test_a_range_ends_are_times_or_durations_back(shell: Shell) -> None:
    words = ("--stream", "lobby", "--format", "json", "--since", "2026-09-21T14:13:21Z")
    _, out, _ = shell.export(*words, "--until", "2026-09-21T16:13:23+02:00")
    assert [each["sequence"] for each in json.loads(out)["summaries"]] == [3, 4, 5, 6]
    status, _, err = shell.export("--stream", "lobby", "--since", "1h", "--until", "2h")
    assert (status, err.strip()) == (2, "semblance: --until 2h is before --since 1h")
    status, _, err = shell.export("--stream", "lobby", "--since", "tomorrow")
    assert status == 2
    assert "--since 'tomorrow' is no time" in err


def test_the_form_follows_the_file_s_name(shell: Shell) -> None:
    path = shell.folder / "lobby.parquet"
    status, out, err = shell.export("--stream", "lobby", "--output", str(path), "--step", "5")
    assert (status, out) == (0, "")
    assert err == f"{path}: 3 written\n"
    table = pq.read_table(path)
    assert table.column("windows").to_pylist() == [10, 10, 10]


def test_the_emotion_api_s_form_is_one_result(shell: Shell) -> None:
    _, out, _ = shell.export("--stream", "lobby", "--format", "emotion-api")
    result = json.loads(out)
    assert sum(len(fragment["events"]) for fragment in result["fragments"]) == 30


def test_events_and_markers_are_exported_oldest_first(shell: Shell) -> None:
    _, out, _ = shell.export("--kind", "events", "--format", "ndjson")
    assert [json.loads(line) for line in out.splitlines()] == [event_json(event(n)) for n in range(6)]
    _, out, _ = shell.export("--kind", "events", "--stream", "door")
    assert len(out.splitlines()) == 4
    _, out, _ = shell.export("--kind", "markers")
    assert [row["label"] for row in csv.DictReader(io.StringIO(out))] == ["'=joke", "ad"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "--stream says of which; there are door, lobby"),
        (("--stream", "roof"), "--stream 'roof': nothing of it is recorded; there are door, lobby"),
        (("--stream", "door", "--window", "9s"), "--window '9s' is not recorded of door; 2s are"),
        (("--stream", ""), "--stream '': nothing of it is recorded; there are door, lobby"),
        (("--stream", "door", "--window", ""), "--window '' is not recorded of door; 2s are"),
        (("--kind", "events", "--step", "5"), "--window and --step are of summaries"),
        (("--kind", "markers", "--format", "emotion-api"), "--format emotion-api is of summaries"),
        (("--kind", "faces"), "faces"),
        (("--step", "0"), "--step"),
    ],
)
def test_a_wrong_wish_is_told_with_what_there_is(shell: Shell, words: tuple[str, ...], told: str) -> None:
    status, out, err = shell.export(*words)
    assert (status, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


def test_no_history_is_no_reason_to_make_one(empty: Shell) -> None:
    status, _, err = empty.export()
    assert status == 1
    assert "There is no history at" in err
    assert not (empty.folder / "history.db").exists()


def test_a_file_that_is_no_database_is_told(empty: Shell) -> None:
    (empty.folder / "history.db").write_text("shopping list\n" * 200)
    status, _, err = empty.export()
    assert status == 1
    assert err.startswith("semblance: The history cannot be read: ")


def test_what_was_there_stays_until_the_export_is_whole(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shell.folder / "lobby.csv"
    path.write_text("old")

    def gone(*_words: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("web.history.formats.csv_text.CsvText.add", gone)
        status, _, err = shell.export("--stream", "lobby", "--output", str(path))
    assert (status, err) == (1, f"semblance: {path}: cannot be written: No space left on device\n")
    assert path.read_text() == "old"
    assert not list(shell.folder.glob("*.part"))
    assert shell.export("--stream", "lobby", "--output", str(path))[0] == 0
    assert len(path.read_text().splitlines()) == 31


@pytest.mark.parametrize(
    "name",
    ["history.db", "aside/../history.db", "link.csv", "history.db-wal", "history.db-shm", "history.db.lock"],
)
def test_the_history_itself_is_not_written_over(shell: Shell, name: str) -> None:
    (shell.folder / "aside").mkdir()
    (shell.folder / "link.csv").symlink_to(shell.folder / "history.db")
    before = (shell.folder / "history.db").read_bytes()
    status, _, err = shell.export("--stream", "lobby", "--output", f"{shell.folder}/{name}")
    assert status == 2
    assert "is the history itself" in err
    assert (shell.folder / "history.db").read_bytes() == before


def test_a_folder_that_is_not_there_is_told(shell: Shell) -> None:
    path = shell.folder / "no" / "lobby.csv"
    status, _, err = shell.export("--stream", "lobby", "--output", str(path))
    assert (status, err) == (1, f"semblance: {path}: cannot be written: No such file or directory\n")
