"""The pooling of a group: as if one stream had seen all its faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregation import Aggregator, Window
from aggregation.pooling import Pool
from inference.reading import EMOTIONS
from tests.aggregation_reference import face, pure, reading
from tests.rule_windows import EPOCH, TWO, happiness, with_scores

if TYPE_CHECKING:
    from aggregation import Summary
    from inference.reading import Scores

ROOM = ("a", "b")
HAPPY = EMOTIONS.index("happiness")


def of(
    stream: str,
    end: float,
    scores: Scores | None,
    weight: float,
    *,
    coverage: float = 1.0,
    window: Window = TWO,
) -> Summary:
    """A member's window of so many faces."""
    faces = round(weight)
    return with_scores(
        scores,
        EPOCH + end,
        stream=stream,
        window=window,
        faces=faces,
        tracks=min(faces, 1),
        coverage=coverage,
        weight=weight,
    )


def ends(summaries: list[Summary]) -> list[float]:
    return [each.end - EPOCH for each in summaries]


def test_faces_are_pooled_by_their_weight_and_not_by_their_stream() -> None:
    pool = Pool("room", ROOM)
    assert pool.add(of("a", 0, pure("happiness"), 30)) == []
    (summary,) = pool.add(of("b", 0, pure("sadness"), 10, coverage=0.5))
    assert (summary.stream, summary.window, summary.sequence) == ("room", "2s", 1)
    assert (summary.start, summary.end) == (EPOCH - 2, EPOCH)
    assert (summary.frames, summary.faces, summary.tracks, summary.weight) == (40, 40, 2, 40.0)
    assert summary.coverage == 0.75
    assert summary.mean_scores is not None
    assert summary.face_distribution is not None
    assert summary.mean_scores[HAPPY] == summary.face_distribution[HAPPY] == 0.75
    assert summary.dominant == "happiness"


def test_a_member_without_a_face_changes_no_score() -> None:
    pool = Pool("room", ROOM)
    pool.add(of("a", 0, None, 0))
    (summary,) = pool.add(of("b", 0, pure("sadness"), 10))
    assert summary.mean_scores == pure("sadness")
    assert summary.coverage == 1.0


def test_a_room_without_a_face_has_no_scores() -> None:
    pool = Pool("room", ROOM)
    pool.add(of("a", 0, None, 0))
    (summary,) = pool.add(of("b", 0, None, 0))
    assert (summary.mean_scores, summary.face_distribution, summary.dominant) == (None, None, None)


def test_a_member_that_is_away_is_waited_for_and_then_counts_as_seeing_nothing() -> None:
    pool = Pool("room", ROOM, lateness=2.0)
    assert pool.advance(EPOCH + 0.1) == []
    assert pool.add(of("a", 0, pure("happiness"), 10)) == []
    assert pool.advance(EPOCH + 1.9) == []
    (summary,) = pool.advance(EPOCH + 2.0)
    assert (summary.coverage, summary.faces) == (0.5, 10)


def test_what_comes_after_its_window_was_closed_is_counted_and_left_out() -> None:
    pool = Pool("room", ROOM)
    pool.add(of("a", 0, pure("happiness"), 10))
    pool.advance(EPOCH + 2)
    assert pool.add(of("b", 0, pure("happiness"), 10)) == []
    assert pool.late == 1


def test_a_window_that_a_member_has_passed_over_is_not_waited_for() -> None:
    #   a   0   .5   1
    #   b            1      skipped what was empty
    pool = Pool("room", ROOM)
    pool.add(of("a", 0, None, 0))
    pool.add(of("a", 0.5, None, 0))
    pool.add(of("a", 1, None, 0))
    closed = pool.add(of("b", 1, None, 0))
    assert ends(closed) == [0, 0.5, 1]
    assert [each.coverage for each in closed] == [0.5, 0.5, 1.0]
    assert [each.sequence for each in closed] == [1, 2, 3]


def test_windows_of_different_names_are_pooled_apart() -> None:
    minute = Window("60s", 60.0, 5.0)
    pool = Pool("room", ROOM, sequence=41)
    pool.add(of("a", 0, pure("happiness"), 10))
    assert pool.add(of("b", 0, pure("happiness"), 10, window=minute)) == []
    (summary,) = pool.add(of("a", 0, pure("happiness"), 10, window=minute))
    assert (summary.window, summary.sequence, pool.sequence) == ("60s", 42, 42)


def test_streams_of_other_rooms_are_left_out() -> None:
    pool = Pool("room", ("a",))
    assert pool.add(of("c", 0, pure("happiness"), 10)) == []
    assert len(pool.add(of("a", 0, pure("happiness"), 10))) == 1


def test_a_member_with_a_clock_far_ahead_does_not_make_the_others_wait() -> None:
    pool = Pool("room", ROOM)
    pool.advance(EPOCH)
    for index in range(1000):
        assert pool.add(of("b", 3600 + index / 2, pure("happiness"), 10)) == []
    assert pool.early == 1000
    pool.add(of("a", 0, pure("happiness"), 10))
    assert ends(pool.advance(EPOCH + 2)) == [0]


def test_after_a_clock_was_set_back_windows_are_pooled_at_the_new_time() -> None:
    pool = Pool("room", ROOM)
    pool.advance(EPOCH)
    pool.add(of("a", 0, pure("happiness"), 10))
    pool.add(of("b", 0, pure("happiness"), 10))
    assert pool.advance(EPOCH - 3600) == []
    pool.add(of("a", -3600, pure("happiness"), 10))
    assert ends(pool.add(of("b", -3600, pure("happiness"), 10))) == [-3600]
    assert pool.late == 0


def test_a_member_alone_may_be_set_back() -> None:
    pool = Pool("room", ROOM)
    for end in (0.0, 0.5):
        pool.add(of("a", end, pure("happiness"), 10))
    pool.add(of("b", 0, pure("happiness"), 10))
    assert ends(pool.add(of("a", -90, pure("happiness"), 10))) == [0.5]
    assert ends(pool.add(of("b", -90, pure("happiness"), 10))) == [-90]


def test_observations_without_any_weight_have_no_scores_but_are_counted() -> None:
    pool = Pool("room", ("a",))
    (summary,) = pool.add(with_scores(None, EPOCH, stream="a", faces=7))
    assert (summary.faces, summary.mean_scores) == (7, None)


_SEEN = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.integers(1, 30),
        st.lists(st.tuples(st.integers(1, 3), st.floats(0, 1), st.sampled_from([1.0, 0.5, 0.0])), max_size=3),
    ),
    min_size=1,
    max_size=60,
)
"""Which camera had the next frame, how many tenths of a second later, and the faces in it."""


@given(_SEEN, st.sampled_from(["equal", "quality"]))
def test_a_group_comes_to_what_one_stream_with_all_the_faces_would(
    seen: list[tuple[str, int, list[tuple[int, float, float]]]], weights: str
) -> None:
    window = Window("2s", 2.0, 0.5, "quality" if weights == "quality" else "equal")
    members = {name: Aggregator(name, [window]) for name in "abc"}
    one, pool = Aggregator("room", [window]), Pool("room", "abc", lateness=0)
    expected: list[Summary] = []
    pooled: list[Summary] = []
    at = EPOCH
    for sequence, (name, step, faces) in enumerate(seen):
        at = round(at + step / 10, 6)
        mine = {track: face(track, happiness(score), quality) for track, score, quality in faces}
        pooled += _through(pool, members[name].add(reading(sequence, *mine.values()), at))
        theirs = (face(10 * each.id + "abc".index(name), each.scores, each.quality) for each in mine.values())
        expected += one.add(reading(sequence, *theirs), at)
    for member in members.values():
        pooled += _through(pool, member.advance(at + 20))
    pooled += pool.advance(at + 20)
    expected += one.advance(at + 20)
    assert pool.late == 0
    found = {each.end: each for each in pooled}
    assert len(found) == len(pooled)
    for each in expected:
        _is_the_same(found.get(each.end), each)


def _through(pool: Pool, summaries: list[Summary]) -> list[Summary]:
    return [pooled for summary in summaries for pooled in pool.add(summary)]


def _is_the_same(pooled: Summary | None, expected: Summary) -> None:
    if pooled is None:
        assert expected.frames == 0
        return
    counts = (expected.frames, expected.faces, expected.tracks)
    assert (pooled.frames, pooled.faces, pooled.tracks) == counts
    assert pooled.weight == pytest.approx(expected.weight)
    for mine, theirs in (
        (pooled.mean_scores, expected.mean_scores),
        (pooled.face_distribution, expected.face_distribution),
    ):
        assert (mine is None) == (theirs is None)
        assert mine is None or mine == pytest.approx(theirs, abs=1e-9)
