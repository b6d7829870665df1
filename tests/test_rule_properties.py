"""What is true of all rules over any windows, readings, changes and restarts."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from aggregation.backtest import backtest
from aggregation.rules.definition import DominantRule, ThresholdRule
from aggregation.rules.judge import Judge
from aggregation.steps import STEPS, score_steps
from inference.reading import EMOTIONS
from tests.aggregation_reference import face, reading
from tests.rule_cases import WINDOWS, check_life_cycles, window_rules, window_series
from tests.rule_windows import EPOCH, happiness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregation import Summary
    from aggregation.event import Event
    from aggregation.rules.definition import Rule

HAPPINESS = EMOTIONS.index("happiness")
SMILE = ThresholdRule(id="smile", emotion="happiness", enter=0.6, exit=0.4, per="face", hold=0)


def new(*rules: Rule) -> Judge:
    return Judge("lobby", rules, WINDOWS)


def judged(judge: Judge, summaries: Sequence[Summary]) -> list[Event]:
    return [event for summary in summaries for event in judge.summary(summary)]


def newest(events: Sequence[Event]) -> list[Event]:
    """What the log gives after a restart."""
    return list({(event.rule, event.track): event for event in events}.values())


@given(window_series(), window_rules("a"), window_rules("b"))
def test_nothing_ends_that_did_not_start_and_all_is_closed_in_the_end(
    series: list[Summary], first: Rule, second: Rule
) -> None:
    judge = new(first, second)
    events = judged(judge, series)
    events += judge.finish(EPOCH + 1e6)
    check_life_cycles(events)
    assert sum(each.phase == "started" for each in events) == sum(each.phase == "ended" for each in events)


@given(window_series(steady=True), window_rules())
def test_two_events_of_a_rule_are_never_closer_than_its_hold_and_its_cooldown(
    series: list[Summary], rule: Rule
) -> None:
    events = judged(new(rule), series)
    for earlier, later in pairwise(events):
        assert later.at - earlier.at >= rule.hold
        if later.phase == "started" and isinstance(rule, ThresholdRule):
            assert later.at - earlier.at >= rule.cooldown


@given(window_series(), window_rules())
def test_the_same_windows_give_the_same_events_and_another_rule_other_ids(
    series: list[Summary], rule: Rule
) -> None:
    events = judged(new(rule), series)
    assert judged(new(rule), series) == events
    renamed = judged(new(rule.model_copy(update={"id": "other"})), series)
    elsewhere = judged(Judge("hall", [rule], WINDOWS), series)
    ids = {each.id for each in [*events, *renamed, *elsewhere]}
    assert len(ids) == 3 * len(events)


@given(window_series(), window_rules())
def test_an_event_is_decided_by_every_window_of_its_hold_and_by_no_value_between_the_limits(
    series: list[Summary], rule: Rule
) -> None:
    for event in judged(new(rule), series):
        assert (event.evidence[-1].end, event.evidence[-1].sequence) == (event.at, event.sequence)
        decided = [
            each
            for each in event.evidence
            if each.sequence > event.evidence[0].sequence or len(event.evidence) == 1
        ]
        for each in decided:
            assert each.coverage >= rule.coverage  # type: ignore[union-attr]
            if isinstance(rule, DominantRule):
                assert each.value == event.after
                assert each.lead is None or each.lead >= rule.margin
            elif event.phase == "started":
                assert isinstance(each.value, float | int)
                assert each.value >= (rule.enter if isinstance(rule, ThresholdRule) else rule.faces)  # type: ignore[union-attr]


@given(window_series(), window_rules())
def test_thresholds_fire_where_working_it_out_the_slow_way_says(series: list[Summary], rule: Rule) -> None:
    if isinstance(rule, ThresholdRule):
        fired = [(each.sequence, each.phase) for each in judged(new(rule), series)]
        assert fired == expected(rule, [each for each in series if each.window == "2s"])


def expected(rule: ThresholdRule, series: Sequence[Summary]) -> list[tuple[int, str]]:
    """For every window: looks back over all before it for the first of an unbroken run."""
    fired: list[tuple[int, str]] = []
    since, ended = 0, None
    for index, newest_ in enumerate(series):
        if index and newest_.end < series[index - 1].end and ended is not None and newest_.end < ended:
            ended = None
        on = bool(fired) and fired[-1][1] == "started"
        first = index
        while (
            first >= since and _is_so(rule, series[first], on) and (first == index or _joins(series, first))
        ):
            first -= 1
        run = series[first + 1 : index + 1]
        if not run or run[-1].end - run[0].end < (0 if rule.hold < 0.5 else rule.hold):
            continue
        if not on and ended is not None and newest_.end - ended < rule.cooldown:
            continue
        fired.append((newest_.sequence, "ended" if on else "started"))
        ended = newest_.end if on else ended
        since = index + 1
    return fired


def _joins(series: Sequence[Summary], index: int) -> bool:
    """Whether the next window goes on where this one was."""
    return series[index].end < series[index + 1].end and series[index + 1].start <= series[index].end


def _is_so(rule: ThresholdRule, window: Summary, on: bool) -> bool:
    """Whether it speaks for a change."""
    if not window.frames or window.coverage < rule.coverage or (window.faces and window.mean_scores is None):
        return False
    scores = window.mean_scores if rule.measure == "mean" else window.face_distribution
    if window.mean_scores and len(set(score_steps(window.mean_scores))) == 1:
        return False
    value = None if scores is None else score_steps(scores)[HAPPINESS]
    counts = value is not None and window.tracks >= rule.faces
    enter, exit_ = round(rule.enter * 10_000), round(rule.exit * 10_000)
    if on:
        return not counts or (value is not None and value <= exit_ and value < enter)
    return counts and value is not None and value >= enter


@given(st.data(), window_series(), window_rules("kept"))
def test_a_back_test_gives_the_live_events_whatever_became_of_other_rules_meanwhile(
    data: st.DataObject, series: list[Summary], kept: Rule
) -> None:
    judge = new(kept)
    together: list[Event] = []
    for summary in series:
        if data.draw(st.integers(0, 7)) == 7:
            others = [data.draw(window_rules(name)) for name in data.draw(st.sets(st.sampled_from("abc")))]
            together += judge.replace([*others, kept], summary.end)
        together += judge.summary(summary)
    check_life_cycles([each for each in together if each.phase != "changed"])
    assert [each for each in together if each.rule == "kept"] == list(backtest(kept, series, WINDOWS))


@given(window_series(), window_rules())
def test_a_back_test_over_what_history_keeps_gives_the_live_ids(series: list[Summary], rule: Rule) -> None:
    live = [event.id for event in judged(new(rule), series)]
    assert [event.id for event in backtest(rule, map(kept_of, series), WINDOWS)] == live


def kept_of(summary: Summary) -> Summary:
    """Scores and coverage in steps, the rest as it was."""
    mean, spread = summary.mean_scores, summary.face_distribution
    return replace(
        summary,
        coverage=round(summary.coverage * STEPS) / STEPS,
        mean_scores=mean and tuple(each / STEPS for each in score_steps(mean)),
        face_distribution=spread and tuple(each / STEPS for each in score_steps(spread)),
    )


@given(st.data(), window_series(), window_rules("a"), window_rules("b"))
def test_restarts_double_nothing_and_leave_nothing_open(
    data: st.DataObject, series: list[Summary], first: Rule, second: Rule
) -> None:
    log: list[Event] = []
    judge = new(first, second)
    for summary in series:
        if data.draw(st.integers(0, 7)) == 7:
            judge = new(first, second)
            log += judge.restore(newest(log), summary.end)
        log += judge.summary(summary)
    log += judge.finish(EPOCH + 1e6)
    check_life_cycles(log)
    assert sum(each.phase == "started" for each in log) == sum(each.phase == "ended" for each in log)


_RUNS = st.lists(
    st.tuples(
        st.sampled_from([0.1, 0.1, 0.1, 0.1, 0.7, 3.0, -60.0]),
        st.integers(1, 20),
        st.dictionaries(st.integers(1, 3), st.sampled_from([0.1, 0.5, 0.9])),
    ),
    min_size=4,
    max_size=12,
)
"""How long after the frame before, and in how many frames, which faces show how much happiness."""


@given(_RUNS, st.sampled_from([0.0, 0.2, 1.0]), st.sampled_from([0.0, 3.0]))
def test_each_face_starts_and_ends_by_turns(
    runs: list[tuple[float, int, dict[int, float]]], hold: float, cooldown: float
) -> None:
    judge = new(SMILE.model_copy(update={"hold": hold, "cooldown": cooldown}))
    at, sequence = EPOCH, 0
    events: list[Event] = []
    for step, frames, faces in runs:
        seen = [face(track, happiness(score)) for track, score in faces.items()]
        at += step - 0.1
        for _ in range(frames):
            at = round(at + 0.1, 6)
            sequence += 1
            events += judge.advance(at)
            events += judge.reading(reading(sequence, *seen), at)
    events += judge.finish(at)
    check_life_cycles(events)
    assert sum(each.phase == "started" for each in events) == sum(each.phase == "ended" for each in events)
