"""Random windows and rules, for what must be true of any of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from aggregation.rules.definition import RULE
from inference.reading import EMOTIONS
from tests.rule_windows import EPOCH, MINUTE, TWO, with_scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregation import Summary
    from aggregation.event import Event
    from aggregation.rules.definition import Rule
    from inference.reading import Scores

WINDOWS = (TWO, MINUTE)
_HOLDS = st.sampled_from([0.0, 0.3, 0.5, 1.0, 1.7, 3.0])
_LIMITS = st.sampled_from([0.2, 0.4, 0.5, 0.6, 0.8])
_COVERAGES = st.sampled_from([0.0, 0.5, 1.0])


_USUAL, _ODD = st.just(0.5), st.sampled_from([1.0, 4.5, 600.0, 0.0, -0.5, -90.0])
"""From the end of one window to that of the next."""
_HAPPINESS = st.one_of(_LIMITS, st.sampled_from([0.0, 0.3, 0.59996, 0.7, 1.0]), st.floats(0.0, 1.0))


@st.composite
def window_series(draw: st.DrawFn, *, steady: bool = False) -> list[Summary]:
    """Runs of windows that are alike; where it is not steady, with holes between, and clocks set back."""
    between = _USUAL if steady else st.one_of(_USUAL, _USUAL, _USUAL, _ODD)
    end = EPOCH
    series: list[Summary] = []
    for _ in range(draw(st.integers(6, 14))):
        window = draw(_windows())
        end += draw(between)
        for _ in range(draw(st.integers(1, 8))):
            series.append(replace(window, sequence=len(series) + 1, start=end - 2.0, end=end))
            end += 0.5
        end -= 0.5
    return series


@st.composite
def _windows(draw: st.DrawFn) -> Summary:
    """Windows of 2 s that were often seen well, with faces in them that could be read."""
    if draw(st.integers(0, 9)) == 0:
        return with_scores(None, EPOCH, frames=0, faces=0, tracks=0, coverage=0.0)
    tracks = draw(st.sampled_from([1, 2, 3, 1, 2, 0]))
    return with_scores(
        draw(_scores()) if tracks and draw(st.integers(0, 9)) else None,
        EPOCH,
        faces=tracks * draw(st.sampled_from([20, 15, 9])),
        tracks=tracks,
        coverage=draw(st.sampled_from([1.0, 1.0, 1.0, 0.75, 0.5, 0.2])),
    )


@st.composite
def _scores(draw: st.DrawFn) -> Scores:
    """So much happiness, and of the rest so much anger."""
    happiness, anger = draw(_HAPPINESS), draw(st.sampled_from([0.0, 0.5, 1.0, 0.48]))
    rest = 1 - happiness
    shares = {"happiness": happiness, "anger": rest * anger, "neutral": rest * (1 - anger)}
    return tuple(shares.get(name, 0.0) for name in EMOTIONS)


@st.composite
def window_rules(draw: st.DrawFn, name: str = "rule") -> Rule:
    """Any rule that looks at windows."""
    kind = draw(st.sampled_from(["dominant", "presence", "threshold", "threshold"]))
    rule: dict[str, object] = {"id": name, "type": kind, "hold": draw(_HOLDS), "coverage": draw(_COVERAGES)}
    if kind == "dominant":
        rule["margin"] = draw(st.sampled_from([0.0, 0.05, 0.3]))
    elif kind == "threshold":
        exit_, enter = sorted([draw(_LIMITS), draw(_LIMITS)])
        rule |= {"emotion": "happiness", "measure": draw(st.sampled_from(["mean", "share"]))}
        rule |= {"enter": enter, "exit": exit_, "cooldown": draw(st.sampled_from([0.0, 2.0, 20.0]))}
    if kind != "dominant":
        rule["faces"] = draw(st.integers(1, 2))
    return RULE.validate_python(rule)


def check_life_cycles(events: Sequence[Event]) -> None:
    """What began ends once, what ended had begun, and what changes says truly what was before."""
    open_: dict[tuple[str | None, int | None], Event] = {}
    dominant: dict[str | None, object] = {}
    assert len({each.id for each in events}) == len(events)
    for event in events:
        subject = event.rule, event.track
        assert event.duration is None or event.duration >= 0.0
        match event.phase:
            case "started":
                assert subject not in open_
                open_[subject] = event
            case "ended":
                assert event.started == open_.pop(subject).id
            case "changed":
                assert event.before == dominant.get(event.rule)
                assert event.after != event.before
                dominant[event.rule] = event.after
