"""Summaries taken together step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.reading import EMOTIONS
from web.history.queries.part import part_of_rows
from web.history.steps import STEP, Steps, slot_of
from web.history.summaries import SUMMARY

if TYPE_CHECKING:
    from web.history.steps import StepRows
    from web.history.summaries import Summaries

SECOND = 1_000_000
NUMBERS = np.random.default_rng(5)


def rows(ends: list[float], length: float = 2.0) -> Summaries:
    """Windows with these ends (seconds); every fifth saw no face, each of the others two."""
    made = np.zeros(len(ends), SUMMARY)
    made["end"] = np.rint(np.array(ends) * SECOND)
    made["start"] = made["end"] - round(length * SECOND)
    made["sequence"] = np.arange(len(ends)) + 1
    made["frames"], made["tracks"] = 20, NUMBERS.integers(1, 4, len(ends))
    made["coverage"] = NUMBERS.random(len(ends))
    made["seen"] = np.arange(len(ends)) % 5 != 0
    made["faces"] = np.where(made["seen"], 2, 0)
    made["weight"] = np.where(made["seen"], NUMBERS.random(len(ends)) * 3 + 0.1, 0)
    for name in ("mean", "distribution"):
        scores = NUMBERS.random((len(ends), len(EMOTIONS)))
        made[name] = scores / scores.sum(axis=1, keepdims=True) * made["seen"][:, None]
    return made


def taken(portions: list[Summaries], step: float) -> StepRows:
    steps = Steps(round(step * SECOND), SECOND // 2)
    return np.concatenate(
        [
            np.zeros(0, STEP),
            *[steps.add([part_of_rows(each)] if len(each) else []) for each in portions],
            steps.finish(),
        ]
    )


def test_a_summary_belongs_to_the_step_that_it_ends_in_or_with() -> None:
    # steps      |0         1|1         2|
    # ends        ^10.5   20^ ^20.5      ^30
    steps = taken([rows([10.5, 20.0, 20.5, 30.0])], 10.0)
    assert steps["start"].tolist() == [10 * SECOND, 20 * SECOND]
    assert steps["end"].tolist() == [20 * SECOND, 30 * SECOND]
    assert steps["windows"].tolist() == [2, 2]
    assert [slot_of(end * SECOND, 10 * SECOND) for end in (10, 11, 20, 21)] == [0, 1, 1, 2]


def test_a_step_is_the_mean_over_its_faces() -> None:
    given_rows = rows([index * 0.5 for index in range(1, 121)])
    steps = taken([given_rows], 10.0)
    for index, step in enumerate(steps):
        mine = given_rows[index * 20 : index * 20 + 20]
        expected = sum(row["mean"] * row["weight"] for row in mine) / sum(row["weight"] for row in mine)
        assert step["mean"] == pytest.approx(expected)
        assert step["dominant"] == expected.argmax()
        assert step["coverage"] == pytest.approx(mine["coverage"].mean())
        assert step["tracks"] == mine["tracks"].max()
        assert step["mean"].sum() == pytest.approx(1.0)


def test_overlapping_windows_do_not_count_a_frame_four_times() -> None:
    # ten frames a second, windows of two seconds each half second: twenty frames in each, five of them new
    steps = taken([rows([index * 0.5 for index in range(1, 61)])], 10.0)
    assert steps["frames"].tolist() == [100, 100, 100]
    assert steps["faces"].tolist() == [8, 8, 8]  # of the sixteen windows with faces a quarter of two


def test_the_first_window_after_a_pause_has_seen_nothing_before() -> None:
    steps = taken([rows([1.0, 1.5, 2.0, 61.0, 61.5])], 60.0)
    assert steps["frames"].tolist() == [15, 25]


def test_a_step_without_a_face_has_no_scores() -> None:
    nobody = rows([1.0, 61.0])
    nobody["seen"], nobody["weight"], nobody["mean"] = False, 0, 0
    steps = taken([nobody], 60.0)
    assert steps["seen"].tolist() == [False, False]
    assert steps["dominant"].tolist() == [-1, -1]


def test_what_is_only_in_memory_counts_by_its_faces() -> None:
    remembered = rows([1.0, 2.0, 3.0])
    remembered["weight"] = 0
    remembered["faces"] = [0, 1, 3]
    [step] = taken([remembered], 60.0)
    assert step["mean"] == pytest.approx((remembered["mean"][1] + 3 * remembered["mean"][2]) / 4)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60, unique=True), st.data())
def test_portions_make_no_difference(halves: list[int], data: st.DataObject) -> None:
    whole = rows([half / 2 for half in sorted(halves)])
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    parts = [whole[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    at_once, in_parts = taken([whole], 7.0), taken(parts, 7.0)
    for name in STEP.names or ():
        assert np.allclose(at_once[name].astype(float), in_parts[name].astype(float)), name
