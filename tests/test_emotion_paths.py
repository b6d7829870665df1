"""The paths of the Emotion API as clients write them."""

from __future__ import annotations

import pytest

from web.emotion.paths import belongs, canonical


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("/emotion/v1.0/recognize", "/emotion/v1.0/recognize"),
        ("//emotion/v1.0/recognize", "/emotion/v1.0/recognize"),
        ("/emotion/v1.0//recognize//", "/emotion/v1.0/recognize"),
        ("/Emotion/V1.0/Recognize", "/emotion/v1.0/recognize"),
        ("/emotion/v1.0/recognizeInVideo", "/emotion/v1.0/recognizeinvideo"),
        ("/emotion/v1.0/Operations/7aBc/", "/emotion/v1.0/operations/7aBc"),
        ("/EMOTION", "/emotion"),
        ("/emotion/v1.0/Something", "/emotion/v1.0/Something"),
    ],
)
def test_a_path_is_found_however_it_is_written(written: str, meant: str) -> None:
    assert belongs(written)
    assert canonical(written) == meant


@pytest.mark.parametrize(
    "path", ["/", "", "//", "/api//v1/", "/emotions/v1.0", "/api/emotion/v1.0", "*", "emotion\n/x"]
)
def test_paths_of_others_are_left_as_they_are(path: str) -> None:
    assert not belongs(path)
    assert canonical(path) == path
