"""Every stream followed by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference import remembered
from inference.followers import Followers
from tests.faces import Painted, detections, frame

if TYPE_CHECKING:
    import pytest

PIXELS = Painted(np.full((240, 320), 100, np.uint8))
FACE = detections((100, 120, 60, 0.9))


def ids(one: Followers, sequence: int, *streams: str) -> list[list[int]]:
    frames = [frame(PIXELS, sequence, stream) for stream in streams]
    seen = one.follow(frames, [PIXELS.grey()] * len(frames), [FACE] * len(frames))
    return [[face.id for face in faces] for faces in seen]


def test_each_stream_has_ids_of_its_own() -> None:
    one = Followers(0.5, 1.0)
    assert ids(one, 0, "lobby", "hall") == [[], []]
    assert ids(one, 1, "lobby", "hall", "gate") == [[1], [1], []]


def test_a_stream_that_was_forgotten_begins_anew_and_the_others_go_on() -> None:
    one = Followers(0.5, 1.0)
    ids(one, 0, "lobby", "hall")
    one.forget("lobby")
    one.forget("never there")
    assert ids(one, 1, "lobby", "hall") == [[], [1]]


def test_of_too_many_streams_those_read_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_MOST_STREAMS", 2)
    one = Followers(0.5, 1.0)
    ids(one, 0, "lobby", "hall")
    assert ids(one, 1, "lobby", "gate") == [[1], []]
    assert ids(one, 2, "lobby", "hall") == [[1], []]
