"""`semblance rules`, typed."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from semblance.command_line import status
from tests.published import EPOCH, WINDOWS, window
from web.history.definitions import Definitions
from web.history.keep import Keep
from web.history.store import Store

if TYPE_CHECKING:
    from pathlib import Path

HAPPY = "{id: happy, type: threshold, emotion: happiness, enter: 0.6, exit: 0.4, hold: 0}"
SPAN = ("--since", "2026-09-21T14:13:20Z", "--until", "2026-09-21T15:13:20Z")


@dataclass
class Typed:
    """What a command said."""

    status: int
    out: str
    err: str


class Desk:
    """A folder with a configuration; `rules` types there."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.folder = folder
        self.history = folder / "history.db"
        self.config = self.write(
            "config.yaml",
            f"history: {{url: '{self.history}'}}\n"
            "groups: [{id: house, streams: [lobby]}]\n"
            "rules: [{id: filed, type: presence, groups: [house]}]\n",
        )
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def write(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def rules(self, *words: str) -> Typed:
        self._monkeypatch.setattr(sys, "argv", ["semblance", "rules", *words, "--config", self.config])
        ended = status()
        said = self._capsys.readouterr()
        return Typed(ended, said.out, said.err)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, monkeypatch, capsys)


@pytest.fixture
def recorded(desk: Desk) -> Desk:
    """Happiness for ten seconds in `lobby`, and a rule that was made over REST."""

    async def record() -> None:
        store = Store(str(desk.history), Keep(summaries=36500), WINDOWS)
        running = asyncio.create_task(store.run())
        for sequence in range(1, 41):
            store.add(window(sequence, "happiness" if 10 <= sequence < 30 else "neutral"))
        stored = Definitions(store, "rule")
        await stored.keep(
            "made", '{"id": "made", "type": "dominant", "streams": ["lobby"], "enabled": false}'
        )
        store.add(window(1, "neutral", "room"))
        await Definitions(store, "group").keep("room", '{"id": "room", "streams": ["lobby"]}')
        await stored.keep("broken", '{"id": "broken", "type": "sometimes"}')
        running.cancel()
        await asyncio.wait([running])

    asyncio.run(record())
    return desk


def test_rules_are_listed_before_anything_was_ever_recorded(desk: Desk) -> None:
    listed = desk.rules("list")
    assert listed.status == 0
    assert [line.split()[:3] for line in listed.out.splitlines()] == [
        ["dominant-emotion", "dominant", "default"],
        ["filed", "presence", "file"],
    ]


def test_rules_made_over_rest_are_listed_too(recorded: Desk) -> None:
    lines = recorded.rules("list").out.splitlines()
    assert [line.split()[0] for line in lines] == ["dominant-emotion", "made", "filed"]
    assert lines[0].endswith("all streams")
    assert lines[1].split()[2:] == ["api", "lobby", "(disabled)"]
    assert lines[2].endswith("house")


def test_a_file_of_rules_is_checked(desk: Desk) -> None:
    for text, count in (
        (HAPPY, "1 rule"),
        (f"[{HAPPY}]", "1 rule"),
        (f"rules: [{HAPPY}, {{id: other, type: presence}}]", "2 rules"),
    ):
        file = desk.write("rules.yaml", text)
        checked = desk.rules("check", file)
        assert (checked.status, checked.out) == (0, f"{file}: good, {count}\n")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (HAPPY.replace("0.6", "6"), ["enter: Input should be"]),
        (f"[{HAPPY}, {{id: a b, type: presence}}]", ["[1].id: An id is"]),
        (
            "rules: [{id: a, type: sometimes}, {id: b, type: presence, more: 1}]",
            ["rules[0].type: must be one of", "rules[1].more: unknown key"],
        ),
        ("{id: a, type: presence, window: 9s}", ["a: there is no window '9s'"]),
        ("just words", ["the rule: must be keys and values"]),
        ("rules: words", ["rules: must be a list"]),
        ("", ["is empty; it should have a rule"]),
        (f"[{HAPPY}, {HAPPY}]", ["[1]: the rule id 'happy' is there already"]),
        ("{id: a, type: presence, streams: [house]}", ["a: 'house' is a group; name it under `groups`"]),
        ("a: [", ["is not YAML"]),
    ],
)
def test_every_mistake_is_named_by_its_path(desk: Desk, text: str, places: list[str]) -> None:
    file = desk.write("rules.yaml", text)
    checked = desk.rules("check", file)
    assert checked.status == 2
    lines = checked.err.splitlines()
    assert len(lines) == len(places)
    for line, place in zip(lines, places, strict=True):
        assert place in line
        assert file in line


def test_a_rule_of_a_file_is_tried_on_what_is_recorded(recorded: Desk) -> None:
    file = recorded.write("rule.yaml", HAPPY)
    tried = recorded.rules("backtest", "--rule", file, "--stream", "lobby", *SPAN)
    assert tried.status == 0
    assert tried.out.splitlines() == [
        "2026-09-21T14:13:25.000Z  lobby  emotion.threshold.started  0 -> 1",
        "2026-09-21T14:13:35.000Z  lobby  emotion.threshold.ended  1 -> 0  after 10.0 s",
    ]
    assert tried.err.startswith("2 firings in 40 summaries of lobby: 20 s in ")


def test_a_rule_that_is_there_is_tried_by_its_id_on_all_that_it_is_for(recorded: Desk) -> None:
    tried = recorded.rules("backtest", "--id", "made", "--format", "jsonl", *SPAN)
    events = [json.loads(line) for line in tried.out.splitlines()]
    assert [(event["stream"], event["before"], event["after"]) for event in events] == [
        ("lobby", None, "neutral"),
        ("lobby", "neutral", "happiness"),
        ("lobby", "happiness", "neutral"),
    ]
    assert EPOCH  # the windows of this test begin there
    nowhere = recorded.rules("backtest", "--id", "filed", *SPAN)
    assert (nowhere.status, nowhere.out) == (0, "")
    assert nowhere.err.startswith("0 firings in 0 summaries of nothing")


def test_a_group_that_was_made_over_rest_is_no_stream(recorded: Desk) -> None:
    tried = recorded.rules("backtest", "--id", "dominant-emotion", *SPAN)
    assert " in 40 summaries of lobby: " in tried.err
    alone = recorded.rules("backtest", "--id", "filed", "--stream", "lobby", *SPAN)
    assert alone.status == 2
    assert "Rule 'filed' is for groups alone (house), and 'lobby' is a stream" in alone.err


@pytest.mark.parametrize(
    ("words", "status", "complaint"),
    [
        (("--id", "nobody"), 2, "there is no such rule; there are dominant-emotion, made, filed"),
        ((), 2, "give either --rule FILE, or --id"),
        (("--id", "made", "--since", "1h", "--until", "2h"), 2, "--since 1h is not before the end"),
        (
            ("--id", "made", "--stream", "attic"),
            1,
            "Nothing is recorded of 'attic'; there is something of lobby, room.",
        ),
        (("--rule", "none.yaml"), 2, "none.yaml: cannot be read"),
    ],
)
def test_what_cannot_be_tried_is_told_in_a_line(
    recorded: Desk, words: tuple[str, ...], status: int, complaint: str
) -> None:
    tried = recorded.rules("backtest", *words)
    assert (tried.status, tried.out) == (status, "")
    assert complaint in tried.err
    assert len(tried.err.splitlines()) == 1


def test_without_a_history_nothing_can_be_tried(desk: Desk) -> None:
    tried = desk.rules("backtest", "--id", "filed")
    assert tried.status == 1
    assert f"There is no history at {desk.history}." in tried.err
    desk.history.write_bytes(b"this is no database at all, whatever it is called")
    broken = desk.rules("backtest", "--id", "dominant-emotion")
    assert broken.status == 1
    assert "Traceback" not in broken.err


def test_a_rule_that_looks_at_what_is_not_recorded_is_refused(recorded: Desk) -> None:
    file = recorded.write("rule.yaml", "{id: lost, type: stream}")
    tried = recorded.rules("backtest", "--rule", file, "--stream", "lobby")
    assert tried.status == 2
    assert "looks at connections, of which only events are recorded" in tried.err
