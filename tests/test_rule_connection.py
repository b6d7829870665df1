"""Rules of a stream's connection."""

from __future__ import annotations

from aggregation.rules.definition import ConnectionRule
from aggregation.rules.judge import Judge
from tests.rule_windows import EPOCH, TWO, drawn, story

UNREACHABLE = ("unreachable", "nobody answers")


def judge(hold: float = 0.0) -> Judge:
    return Judge("lobby", [ConnectionRule(id="online", hold=hold)], [TWO])


def test_a_stream_is_lost_and_back() -> None:
    at_work = judge()
    assert at_work.state("connecting", None, EPOCH) == []
    assert at_work.state("running", None, EPOCH + 1) == []
    (lost,) = at_work.state("reconnecting", UNREACHABLE, EPOCH + 10)
    (back,) = at_work.state("running", None, EPOCH + 70)
    assert (lost.name, lost.phase, lost.at) == ("stream.lost", "started", EPOCH + 10)
    assert (lost.before, lost.after) == ("running", "reconnecting")
    assert lost.details == {"code": "unreachable", "message": "nobody answers"}
    assert (back.name, back.phase, back.at) == ("stream.back", "ended", EPOCH + 70)
    assert (back.before, back.after, back.reason) == ("reconnecting", "running", None)
    assert (back.started, back.duration) == (lost.id, 60.0)


def test_attempts_that_fail_are_one_loss() -> None:
    at_work = judge()
    at_work.state("running", None, EPOCH)
    events = [
        event
        for seconds, state in enumerate(["reconnecting", "reconnecting", "connecting", "failed"])
        for event in at_work.state(state, UNREACHABLE, EPOCH + seconds)
    ]
    assert story(events) == [(0.0, "started")]


def test_a_stream_that_never_ran_can_be_lost() -> None:
    (lost,) = judge().state("failed", ("notFound", "no such path"), EPOCH)
    assert (lost.before, lost.after) == (None, "failed")


def test_a_stream_that_ended_is_not_lost() -> None:
    at_work = judge()
    at_work.state("running", None, EPOCH)
    assert at_work.state("ended", None, EPOCH + 1) == []
    assert at_work.advance(EPOCH + 100) == []


def test_a_loss_shorter_than_the_hold_is_not_told() -> None:
    at_work = judge(hold=5)
    at_work.state("running", None, EPOCH)
    assert at_work.state("reconnecting", UNREACHABLE, EPOCH + 1) == []
    assert at_work.advance(EPOCH + 5.9) == []
    assert at_work.state("running", None, EPOCH + 5.9) == []
    assert at_work.advance(EPOCH + 20) == []


def test_it_is_told_for_when_the_hold_was_over_whenever_that_is_noticed() -> None:
    #   lost at 1, told at 6; nobody looks before 6.07, or before it is back at 8
    by_a_tick, by_the_next_state = judge(hold=5), judge(hold=5)
    for each in (by_a_tick, by_the_next_state):
        each.state("running", None, EPOCH)
        each.state("reconnecting", UNREACHABLE, EPOCH + 1)
    (lost,) = by_a_tick.advance(EPOCH + 6.07)
    assert lost.at == EPOCH + 6
    assert [lost, *by_a_tick.state("running", None, EPOCH + 8)] == by_the_next_state.state(
        "running", None, EPOCH + 8
    )


def test_a_clock_that_is_set_back_begins_the_hold_anew() -> None:
    at_work = judge(hold=5)
    at_work.state("reconnecting", UNREACHABLE, EPOCH)
    assert at_work.advance(EPOCH - 3600) == []
    assert at_work.advance(EPOCH - 3595.1) == []
    (lost,) = at_work.advance(EPOCH - 3595)
    assert lost.at == EPOCH - 3595
    (back,) = at_work.state("running", None, EPOCH - 7200)
    assert back.duration == 0.0


def test_it_carries_the_number_of_the_newest_summary() -> None:
    at_work = judge()
    for summary in drawn("nn", first=41):
        at_work.summary(summary)
    (lost,) = at_work.state("failed", UNREACHABLE, EPOCH + 1)
    assert lost.sequence == 42


def test_a_rule_that_is_new_learns_that_the_stream_is_lost_already() -> None:
    at_work = Judge("lobby", [], [TWO])
    assert at_work.state("reconnecting", UNREACHABLE, EPOCH) == []
    (lost,) = at_work.replace([ConnectionRule(id="online")], EPOCH + 30)
    assert (lost.at, lost.after) == (EPOCH + 30, "reconnecting")


def test_a_loss_goes_on_over_a_restart() -> None:
    before = judge()
    before.state("running", None, EPOCH)
    (lost,) = before.state("reconnecting", UNREACHABLE, EPOCH + 1)
    after = judge()
    assert after.restore([lost], EPOCH + 50) == []
    assert after.state("connecting", None, EPOCH + 50) == []
    assert after.state("reconnecting", UNREACHABLE, EPOCH + 51) == []
    (back,) = after.state("running", None, EPOCH + 61)
    assert (back.started, back.duration) == (lost.id, 60.0)
