"""What `semblance bench` may be asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from semblance.bench.wishes import Drawn, material
from semblance.failure import UsageFailure


def test_people_are_drawn_unless_a_file_is_named() -> None:
    assert material(None, None, None, None, 10.0) == Drawn((640, 360), 1, 25.0)
    assert material(None, "1280x720", 4, None, 50.0) == Drawn((1280, 720), 4, 50.0)
    assert material("clip.mp4", None, None, None, 10.0) == Path("clip.mp4")


@pytest.mark.parametrize(
    ("file", "size", "faces", "camera", "said"),
    [
        (None, "large", None, None, "'large' is no size; write width and height in pixels: 640x360"),
        (None, "640x", None, None, "is no size"),
        (None, "100x100", None, None, "160 to 3840 pixels a side; for others, name a FILE"),
        (None, "641x360", None, None, "even numbers"),
        (None, None, None, 5.0, "a camera with --camera-fps 5 does not have --fps 10"),
        ("clip.mp4", "640x360", None, None, "--size is for drawn pictures, and clip.mp4 has its own"),
        ("clip.mp4", None, 2, None, "--faces is for drawn pictures"),
        ("clip.mp4", None, None, 25.0, "--camera-fps is for drawn pictures"),
        ("", None, None, None, "has an empty name"),
    ],
)
def test_what_does_not_go_together_is_refused(
    file: str | None, size: str | None, faces: int | None, camera: float | None, said: str
) -> None:
    with pytest.raises(UsageFailure, match=said):
        material(file, size, faces, camera, 10.0)
