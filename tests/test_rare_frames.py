"""Faces of videos of which few frames are read: as many a frame as where all of them are."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pytest

from inference.detector import Detector
from inference.followers import Followers
from inference.loading import load
from inference.look import LOOKS
from models import find
from stream.addresses import file_address
from stream.av_source import AvSource
from stream.frame import Frame
from stream.pattern import PatternAddress
from stream.pattern_source import PatternSource
from tests.faces import Painted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from inference.detections import Detections
    from stream.source import Source

Searched: TypeAlias = "list[tuple[Frame, Detections]]"


@pytest.fixture(scope="module")
def detector() -> Detector:
    manifest = find("face", "auto")
    return Detector(load(manifest, "cpu", 2), manifest, manifest.confidence)


async def searched(detector: Detector, source: Source) -> Searched:
    """The frames of a source and what may be a face in them, their pictures let go of but for the grey."""
    found = []
    async for frame in source.frames():
        (there,) = detector.detect([frame.pixels], [LOOKS["normal"]])
        luma = frame.pixels.grey().values.copy()
        kept = Frame(frame.stream, frame.sequence, frame.captured, 0.0, frame.pts, Painted(luma))
        found.append((kept, there))
    return found


def followed(frames: Searched, every: int = 1, start: int = 0) -> list[set[int]]:
    """The ids of the faces of each frame, of which every so many were read."""
    followers = Followers(find("face", "auto").confidence, 1.0)
    seconds = every * ((frames[1][0].pts or 0.0) - (frames[0][0].pts or 0.0))
    seen = []
    for frame, there in frames[start::every]:
        coming = Frame(frame.stream, frame.sequence, 0.0, 0.0, frame.pts, frame.pixels, seconds)
        (faces,) = followers.follow([coming], [frame.pixels.grey()], [there])
        seen.append({face.id for face in faces})
    return seen


def a_frame(seen: Sequence[set[int]]) -> float:
    return sum(map(len, seen)) / len(seen)


async def test_rendered_people_keep_their_faces_and_ids(detector: Detector) -> None:
    address = PatternAddress(people=3, seed=2, width=640, height=360, fps=5, hold=1)
    people = await searched(detector, PatternSource("people", address, live=False, duration=8.0))
    for every in (1, 2, 5, 10):
        seen = followed(people, every)
        assert a_frame(seen) == pytest.approx(3, rel=0.1)
        assert set.union(*seen) == {1, 2, 3}


async def test_real_people_keep_their_faces_at_a_frame_a_second(detector: Detector, clips: Path) -> None:
    all_of_them: list[set[int]] = []
    of_each_second: list[set[int]] = []
    for name in ("wink_frown_surprise.mp4", "stage.mp4"):
        source = AvSource("clip", file_address(clips / name), fps=10, live=False)
        frames = await searched(detector, source)
        all_of_them += followed(frames)
        for start in range(10):
            of_each_second += followed(frames, 10, start)
    assert a_frame(of_each_second) == pytest.approx(a_frame(all_of_them), rel=0.1)


async def test_nothing_becomes_a_face_by_being_looked_at_rarely(detector: Detector, clips: Path) -> None:
    source = AvSource("clip", file_address(clips / "no_face.mp4"), fps=12, live=False)
    frames = await searched(detector, source)
    for every in (3, 4, 6, 12):
        for start in range(every):
            assert not any(followed(frames, every, start))
