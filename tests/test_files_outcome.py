"""What is said of a file that could not be read whole."""

import pytest

from semblance.files.outcome import Tally, lacks
from tests.measured import measured


@pytest.mark.parametrize(
    ("duration", "lost", "reason", "said"),
    [
        (None, 0, None, None),
        (60.0, 0, None, "breaks off after 12.3 of 60.0 s"),
        (None, 1, None, "1 frame could not be decoded"),
        (60.0, 17, None, "breaks off after 12.3 of 60.0 s, and 17 frames could not be decoded"),
        (60.0, 0, "It broke.", "breaks off after 12.3 of 60.0 s: It broke."),
        (None, 0, "It broke.", "breaks off after 12.3 s: It broke."),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(
    duration: float | None, lost: int, reason: str | None, said: str | None
) -> None:
    assert lacks(12.34, duration, lost, reason) == said


async def test_times_without_pictures_are_seen_and_thinned_frames_are_none() -> None:
    every, thinned = Tally(), Tally(fps=0.25)
    for number, pts in enumerate((0.0, 0.04, 4.04, 8.0, 8.04)):
        await every.reading(measured(number, pts))
        await thinned.reading(measured(number, pts))
    assert every.remark() == "has no pictures for 8.0 s in 2 places, first from 0.0 to 4.0 s"
    assert thinned.remark() is None
    assert (every.frames, every.faces, every.reached) == (5, 5, 8.04)
