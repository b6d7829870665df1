"""How many frames a second a stream is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aggregation.sampling import EMPTY_FPS, FIRST, LIMIT, MEMORY, STILL_FPS, Sampling
from stream.cadence import Cadence
from tests.readings import HAPPY, NEUTRAL, face, reading

if TYPE_CHECKING:
    from inference import Face, Reading


def shown(*faces: Face) -> Reading:
    return reading(0, None, *faces)


def settled(fps: float, *faces: Face) -> Sampling:
    """One that has seen the same picture for a while, last at 10 s."""
    sampling = Sampling(fps)
    for second in range(11):
        sampling.rate(shown(*faces), float(second))
    return sampling


def mixed(happy: float) -> tuple[float, ...]:
    return tuple(happy * one + (1 - happy) * other for one, other in zip(HAPPY, NEUTRAL, strict=True))


def test_a_stream_begins_at_its_full_rate() -> None:
    sampling = Sampling(10)
    rates = [sampling.rate(shown(face()), tenth / 10) for tenth in range(40)]
    assert rates[: int(10 * FIRST)] == [10] * int(10 * FIRST)
    assert rates[-1] == STILL_FPS


def test_a_still_face_is_looked_at_seldom_and_an_empty_room_less() -> None:
    assert settled(10, face()).rate(shown(face()), 10.5) == STILL_FPS
    empty = settled(10)
    waits = [1 / empty.rate(shown(), 11.0 + second) for second in range(100)]
    assert sum(waits) / 100 == pytest.approx(1 / EMPTY_FPS, abs=0.01)
    assert 0.6 < min(waits) < max(waits) < 1.5


@pytest.mark.parametrize("period", [2.0, 3.0, 5.0, 8.0, 13.0])
@pytest.mark.parametrize("begins", [0.05, 0.3, 0.55, 0.8])
def test_whoever_looks_in_on_an_even_beat_is_seen_sooner_or_later(period: float, begins: float) -> None:
    sampling, cadence = settled(10), Cadence(10)
    for frame in range(25 * 400):
        at = 11 + frame / 25
        if not cadence.picks(at):
            continue
        if (at - begins) % period < 0.6:
            return
        cadence.pace(sampling.rate(shown(), at))
    pytest.fail("nobody was ever seen")


def test_another_expression_is_worth_all_frames_at_once() -> None:
    assert settled(4, face(NEUTRAL)).rate(shown(face(HAPPY)), 10.5) == 4
    assert settled(30, face(NEUTRAL)).rate(shown(face(HAPPY)), 10.5) == pytest.approx(1 / (MEMORY * LIMIT))


def test_a_face_that_comes_is_worth_all_frames_and_so_is_the_last_that_goes() -> None:
    assert settled(10).rate(shown(face()), 11) == 10
    assert settled(10, face()).rate(shown(), 10.5) == 10


def test_a_slow_change_is_worth_as_many_as_it_is_fast() -> None:
    rates = {}
    for speed in (0.9, 1.2):
        sampling = settled(30, face(NEUTRAL))
        for tenth in range(1, 9):
            rate = sampling.rate(shown(face(mixed(speed * tenth / 10))), 10 + tenth / 10)
        rates[speed] = rate
    assert rates[1.2] / 1.2 == pytest.approx(rates[0.9] / 0.9)
    assert STILL_FPS < rates[0.9] < rates[1.2] < 30


def test_what_has_become_still_is_looked_at_seldom_again_within_seconds() -> None:
    sampling = settled(10, face(NEUTRAL))
    at, looks = 10.0, 0
    while at < 20:
        at += 1 / sampling.rate(shown(face(HAPPY)), at)
        looks += 1
    assert looks < 10 * STILL_FPS + 15


@pytest.mark.parametrize("fps", [0.5, 1, 1.5])
def test_a_slow_stream_without_anybody_keeps_its_even_beat(fps: float) -> None:
    sampling = settled(fps)
    assert {sampling.rate(shown(), 11.0 + second) for second in range(9)} == {min(fps, EMPTY_FPS)}


@pytest.mark.parametrize("fps", [0.5, 1, 1.5])
def test_a_slow_stream_is_never_looked_at_more_often_than_it_may_be(fps: float) -> None:
    sampling = settled(fps, face(NEUTRAL))
    assert sampling.rate(shown(face(HAPPY)), 11) == fps
    assert sampling.rate(shown(face(HAPPY)), 30) == fps


def test_small_differences_from_frame_to_frame_are_no_change() -> None:
    sampling = settled(10, face(mixed(0.5)))
    rates = [
        sampling.rate(shown(face(mixed(0.5 + 0.05 * (-1) ** number))), 10 + number / 2)
        for number in range(1, 20)
    ]
    assert max(rates) == STILL_FPS


def test_a_clock_that_is_set_back_begins_it_anew() -> None:
    assert settled(10, face()).rate(shown(face()), 3) == 10
