"""The faces of a file: what each showed when, for how long, and which of too many are kept."""

from __future__ import annotations

import pytest

from inference import EMOTIONS
from semblance.report.faces import MOST_SHOWN, Faces
from semblance.report.strip import MOST_CELLS, Stretch, Strip
from tests.readings import HAPPY, NEUTRAL, face

UNREAD = (1 / 8,) * 8
HAPPINESS, SADNESS = EMOTIONS.index("happiness"), EMOTIONS.index("sadness")


def rounded(stretches: list[Stretch]) -> list[tuple[float, float, str | None]]:
    return [(round(each.start, 1), round(each.end, 1), each.emotion) for each in stretches]


def test_a_strip_has_a_stretch_for_each_emotion_and_none_where_the_face_was_away() -> None:
    strip = Strip(1.0)
    for step in range(10):
        strip.add(1.0 + step / 10, 1.1 + step / 10, HAPPINESS if step < 6 else SADNESS)
    strip.add(4.0, 4.5, None)
    assert rounded(strip.stretches()) == [(1.0, 1.6, "happiness"), (1.6, 2.0, "sadness"), (4.0, 4.5, None)]


def test_a_strip_of_hours_has_cells_no_finer_than_a_page_shows() -> None:
    strip = Strip(100.0)
    for step in range(20_000):
        strip.add(100 + step / 2, 100.5 + step / 2, HAPPINESS if step % 2 else SADNESS)
    found = strip.stretches()
    assert len(found) <= MOST_CELLS
    assert (found[0].start, found[-1].end) == (100.0, 10_100.0)


def test_a_coarser_strip_still_knows_how_long_each_emotion_was() -> None:
    strip = Strip(3.0)
    for step in range(6000):
        strip.add(3 + step / 10, 3.1 + step / 10, HAPPINESS if step < 2000 else SADNESS)
    happy, sad = strip.stretches()
    assert (happy.start, happy.emotion, sad.emotion) == (3.0, "happiness", "sadness")
    assert happy.end == sad.start == pytest.approx(203, abs=2)
    assert sad.end == pytest.approx(603)


def test_a_face_is_seen_on_over_a_blink_and_not_over_a_long_absence() -> None:
    """
    seconds   0........1.0  1.5...2.0          9.0...9.5
    seen      ##############(###)###            #####
    """
    faces = Faces("equal")
    times = [*(n / 10 for n in range(10)), *(1.5 + n / 10 for n in range(5)), *(9 + n / 10 for n in range(5))]
    for at in times:
        faces.see(face(HAPPY), at, 0.1)
    (record,) = faces.longest()
    assert record.seconds == pytest.approx(2.5)
    assert record.first == 0.0
    assert record.until == pytest.approx(9.5)
    assert rounded(record.strip.stretches()) == [(0.0, 2.0, "happiness"), (9.0, 9.5, "happiness")]


def test_a_face_that_cannot_be_read_shows_nothing() -> None:
    faces = Faces("equal")
    faces.see(face(UNREAD), 0.0, 0.1)
    (record,) = faces.longest()
    assert [each.emotion for each in record.strip.stretches()] == [None]


def test_weighted_by_quality_a_blurred_face_counts_little() -> None:
    faces = Faces("quality")
    faces.see(face(HAPPY, 1, quality=0.9), 0.0, 0.1)
    faces.see(face(NEUTRAL, 2, quality=0.1), 0.0, 0.1)
    mean = faces.tally.mean_scores()
    assert mean
    assert mean[HAPPINESS] == pytest.approx(0.9)


def test_of_thousands_of_faces_those_seen_longest_are_kept_and_all_are_counted() -> None:
    faces = Faces("equal")
    for number in range(2000):
        at = number * 2.0
        faces.see(face(HAPPY, 100_000), at, 0.5)
        for step in range(3 if number % 200 == 50 else 1):
            faces.see(face(HAPPY, number), at + step / 2, 0.5)
    assert faces.count == 2001
    shown = faces.longest()
    assert len(shown) == MOST_SHOWN
    longest = sorted(shown, key=lambda record: -record.seconds)[:11]
    assert {record.id for record in longest} == {100_000, *range(50, 2000, 200)}
