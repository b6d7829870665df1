"""The emotions look the same in reports and videos as on the dashboard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from inference import EMOTIONS
from semblance.annotated.markers import CORNERS, draw_marker
from semblance.emotion_looks import LOOKS, STACK

DASHBOARD = Path(__file__).resolve().parent.parent / "web" / "dashboard" / "src"


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_an_emotion_has_the_colours_of_the_dashboard(emotion: str) -> None:
    style = (DASHBOARD / "app.css").read_text(encoding="utf-8")
    assert re.findall(rf"--{emotion}: (#\w+);", style) == [LOOKS[emotion].light, LOOKS[emotion].dark]


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_an_emotion_has_the_shape_of_the_dashboard(emotion: str) -> None:
    source = (DASHBOARD / "lib" / "emotions.ts").read_text(encoding="utf-8")
    shape = re.search(rf'{emotion}: {{.*shape: "(\w+)"', source)
    assert shape
    assert f'{shape[1]}: "{LOOKS[emotion].outline}"' in source


def test_the_bands_are_stacked_as_on_the_dashboard() -> None:
    source = (DASHBOARD / "lib" / "bands.ts").read_text(encoding="utf-8")
    stack = re.search(r"STACK.*= \[(.*)\]", source)
    assert stack
    assert tuple(re.findall(r'"(\w+)"', stack[1])) == STACK


def test_no_two_markers_have_the_same_shape() -> None:
    def drawn(emotion: str) -> bytes:
        picture = Image.new("RGBA", (32, 32))
        draw_marker(picture, emotion, 0, 0, 32)
        return picture.getchannel("A").tobytes()

    assert len({drawn(emotion) for emotion in CORNERS}) == len(EMOTIONS)
