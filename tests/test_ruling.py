"""Rules at work on what is published: what comes of it, when, and what follows what."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from aggregation.rules.definition import ConnectionRule, DominantRule, PresenceRule, ThresholdRule
from semblance.ruling import Ruling
from tests.published import EPOCH, WINDOWS, Kept, status, window
from tests.virtual_clock import run_virtual

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregation.rules.definition import Rule

DOMINANT = DominantRule(id="dominant", hold=1.0)
HAPPY = ThresholdRule(id="happy", emotion="happiness", enter=0.6, exit=0.4, hold=1.0)


class Clock:
    """UTC as the test has it."""

    def __init__(self) -> None:
        self.now = EPOCH

    def __call__(self) -> float:
        return self.now


def ruling(*rules: Rule, utc: Clock | None = None) -> tuple[Ruling, Kept]:
    kept = Kept()
    made = Ruling(kept, WINDOWS, utc or Clock())
    made.replace(rules)
    return made, kept


def show(rules: Ruling, emotions: Sequence[str | None], first: int = 1, stream: str = "lobby") -> None:
    for sequence, emotion in enumerate(emotions, first):
        rules.publish(window(sequence, emotion, stream))


def test_an_event_follows_the_window_that_made_it() -> None:
    rules, kept = ruling(DOMINANT)
    show(rules, ["happiness"] * 4)
    #   window     1  2  3  4
    #   held       0 .5  1 s
    *before, third, event, fourth = kept.messages
    assert before == [window(1, "happiness"), window(2, "happiness")]
    assert (third, fourth) == (window(3, "happiness"), window(4, "happiness"))
    assert kept.events() == [event]
    assert kept.names() == [("emotion.dominant.changed", None, "happiness")]
    assert kept.events()[0].sequence == 3


def test_what_is_no_matter_of_rules_passes_through() -> None:
    rules, kept = ruling(DOMINANT)
    rules.retract_previews("lobby")
    assert rules.previews_wanted("lobby") == 5.0
    rules.publish(status("running"))
    assert kept.messages == ["retract lobby", status("running")]


def test_each_stream_is_judged_by_the_rules_that_are_for_it() -> None:
    rules, kept = ruling(HAPPY.model_copy(update={"streams": ("hall",)}))
    show(rules, ["happiness"] * 3, stream="lobby")
    assert not kept.events()
    show(rules, ["happiness"] * 3, stream="hall")
    assert [event.stream for event in kept.events()] == ["hall"]


def test_a_changed_rule_begins_anew_and_the_others_go_on_as_they_were() -> None:
    rules, kept = ruling(DOMINANT, HAPPY)
    show(rules, ["happiness"] * 3)
    rules.replace([DOMINANT, HAPPY.model_copy(update={"enter": 0.7})])
    show(rules, ["happiness"] * 3, first=4)
    assert [(event.rule, event.phase, event.reason) for event in kept.events()] == [
        ("dominant", "changed", None),
        ("happy", "started", None),
        ("happy", "ended", "rule"),
        ("happy", "started", None),
    ]
    assert [each.sequence for each in kept.summaries("lobby")] == [1, 2, 3, 4, 5, 6]


def test_a_removed_stream_ends_what_is_open_before_it_is_forgotten() -> None:
    rules, kept = ruling(HAPPY)
    show(rules, ["happiness"] * 3)
    rules.forget("lobby")
    ended, forgotten = kept.messages[-2:]
    assert forgotten == "lobby"
    assert ended == kept.events()[-1]
    assert (kept.events()[-1].reason, kept.events()[-1].started) == ("removed", kept.events()[0].id)
    assert not rules.firings.active("happy")
    show(rules, ["happiness"] * 3)
    assert kept.events()[-1].phase == "started"  # a stream of the same name is another


def test_firings_are_counted_and_those_that_go_on_are_known() -> None:
    rules, kept = ruling(HAPPY)
    show(rules, ["happiness"] * 3)
    assert [event.id for event in rules.firings.active("happy")] == [kept.events()[0].id]
    show(rules, ["neutral"] * 6, first=4)
    assert not rules.firings.active("happy")
    assert rules.firings.of_rule("happy") == {"emotion.threshold.started": 1, "emotion.threshold.ended": 1}
    rules.replace([])
    assert rules.firings.of_rule("happy") == {}


def test_a_group_s_windows_follow_the_stream_that_completes_them_and_are_judged_too() -> None:
    rules, kept = ruling(DOMINANT, PresenceRule(id="there", groups=("room",), streams=(), hold=0.0))
    rules.put_group("room", ["a", "b"], sequence=100)
    for sequence in range(1, 4):
        rules.publish(window(sequence, "happiness", "a"))
        rules.publish(window(sequence, "neutral", "b"))
    room = kept.summaries("room")
    assert [each.sequence for each in room] == [101, 102, 103]
    assert {(each.faces, each.coverage) for each in room} == {(40, 1.0)}
    assert kept.messages.index(room[0]) == kept.messages.index(window(1, "neutral", "b")) + 1
    events = [event for event in kept.events() if event.stream == "room"]
    assert [(event.rule, event.sequence) for event in events] == [("there", 101)]  # "*" means no group
    rules.put_group("room", ["a"])
    rules.publish(window(4, "happiness", "a"))
    assert kept.summaries("room")[-1].sequence == 104  # the numbers go on with other streams
    rules.remove_group("room")
    assert (kept.messages[-1], kept.events()[-1].reason) == ("room", "removed")
    rules.publish(window(5, "happiness", "a"))
    assert len(kept.summaries("room")) == 4


def test_a_group_whose_last_stream_is_gone_ends_what_is_open_and_begins_again_with_the_next() -> None:
    rules, kept = ruling(HAPPY.model_copy(update={"streams": (), "groups": ("room",)}))
    rules.put_group("room", ["a", "b"], sequence=100)
    for stream in ("a", "b"):
        rules.begin(stream, 0)
    for sequence in range(1, 4):
        for stream in ("a", "b"):
            rules.publish(window(sequence, "happiness", stream))
    rules.publish(window(4, "happiness", "b"))
    rules.forget("a")
    assert [event.phase for event in kept.events()] == ["started"]  # "b" is still there
    rules.forget("b")
    started, ended = kept.events()
    assert (ended.stream, ended.reason, ended.started) == ("room", "removed", started.id)
    assert not rules.firings.active("happy")
    assert rules.groups.last("room") == {}
    assert rules.groups.advance(EPOCH + 62) == []  # nor does what they had begun come to anything
    for sequence in range(121, 126):
        rules.publish(window(sequence, "happiness", "a"))
        rules.publish(window(sequence, "happiness", "b"))
    assert [summary.sequence for summary in kept.summaries("room")] == list(range(101, 109))
    assert kept.events()[-1].phase == "started"
    rules.put_group("room", ["c"])
    assert kept.events()[-1].reason == "removed"
    assert rules.groups.last("room") == {}


def test_time_alone_loses_a_stream_and_closes_a_group_s_window() -> None:
    async def story() -> Kept:
        kept = Kept()
        began = asyncio.get_running_loop().time()
        rules = Ruling(kept, WINDOWS, lambda: EPOCH + asyncio.get_running_loop().time() - began)
        rules.replace([ConnectionRule(id="lost", hold=3.0)])
        rules.put_group("room", ["a", "b"])
        running = asyncio.create_task(rules.run())
        await asyncio.sleep(0.5)
        rules.publish(window(1, "happiness", "a"))
        rules.publish(status("reconnecting", "b"))
        await asyncio.sleep(5)
        rules.publish(status("running", "b"))
        running.cancel()
        await asyncio.wait([running])
        return kept

    kept = run_virtual(story())
    (room,) = kept.summaries("room")
    assert (room.faces, room.coverage) == (20, 0.5)
    lost, back = kept.events()
    assert (lost.name, lost.at, lost.after) == ("stream.lost", EPOCH + 3.5, "reconnecting")
    assert (back.name, back.started) == ("stream.back", lost.id)


def test_after_a_restart_what_was_open_goes_on_and_fires_no_second_time() -> None:
    rules, kept = ruling(DOMINANT, HAPPY)
    show(rules, ["happiness"] * 3)
    again, after = ruling(DOMINANT, HAPPY)
    again.begin("lobby", 1003, kept.events())
    assert [event.id for event in again.firings.active("happy")] == [kept.events()[1].id]
    show(again, ["happiness"] * 4, first=1004)
    assert not after.events()
    show(again, ["neutral"] * 4, first=1008)
    assert sorted(after.names()) == [
        ("emotion.dominant.changed", "happiness", "neutral"),
        ("emotion.threshold.ended", 1.0, 0.0),
    ]
    ended = next(event for event in after.events() if event.phase == "ended")
    assert ended.started == kept.events()[1].id
    assert again.firings.of_rule("happy") == {"emotion.threshold.ended": 1}


def test_what_was_open_of_a_stream_that_is_gone_ends() -> None:
    rules, kept = ruling(HAPPY)
    show(rules, ["happiness"] * 3)
    again, after = ruling(HAPPY)
    again.lose("lobby", 1003, kept.events())
    (ended,) = after.events()
    assert (ended.started, ended.reason) == (kept.events()[0].id, "removed")
    gone, after = ruling()
    gone.begin("lobby", 1003, [replace(kept.events()[0], rule="a-rule-of-then")])
    assert [event.reason for event in after.events()] == ["rule"]
