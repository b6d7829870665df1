"""Where a face is expected next."""

from __future__ import annotations

import pytest

from inference.motion import Motion


def walked(step: float, frames: int, every: float) -> Motion:
    motion = Motion((100.0, 50.0, 4.0, 4.0))
    for frame in range(1, frames):
        motion.predict(every)
        motion.correct((100 + step * frame, 50.0, 4.0, 4.0))
    return motion


@pytest.mark.parametrize("every", [0.04, 0.1, 0.5])
def test_a_face_that_walks_is_expected_further_on(every: float) -> None:
    motion = walked(4.0, 20, every)
    last = motion.state[0]
    motion.predict(every)
    assert last + 1.5 < motion.state[0] <= last + 4.5
    assert motion.state[1] == 50.0


def test_an_unseen_face_slows_down_and_stops() -> None:
    motion = walked(4.0, 20, 0.1)
    start = motion.state[0]
    motion.predict(10.0)
    assert motion.state[0] - start < 40 * 0.5 * 1.1  # its speed, 40 a second, for half a second
    assert motion.velocity[0] == pytest.approx(0, abs=1e-3)


def test_doubt_grows_while_unseen_and_shrinks_when_seen() -> None:
    motion = walked(0.0, 10, 0.1)
    settled = motion.doubt
    motion.predict(1.0)
    unseen = motion.doubt
    motion.correct(motion.state)
    assert settled < 0.1 < unseen
    assert motion.doubt < unseen / 2


def test_predicting_in_two_steps_comes_to_the_same_as_in_one() -> None:
    once, twice = walked(3.0, 10, 0.1), walked(3.0, 10, 0.1)
    once.predict(0.6)
    twice.predict(0.2)
    twice.predict(0.4)
    assert once.state == pytest.approx(twice.state)
    assert once.velocity == pytest.approx(twice.velocity)
    assert once.doubt == pytest.approx(twice.doubt)


def test_size_is_that_of_a_square_of_the_same_area() -> None:
    assert Motion((0.0, 0.0, 3.0, 5.0)).size == pytest.approx(54.598, abs=0.01)
