"""The settings of the Emotion API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from semblance.configuration import for_demo
from semblance.emotion_settings import EmotionApi

if TYPE_CHECKING:
    from pathlib import Path


def test_the_usual_limits_are_those_of_the_contract() -> None:
    options = EmotionApi().options()
    assert (options.max_image, options.max_video) == (4 * 2**20, 100 * 2**20)
    assert options.keep == 24 * 3600
    assert options.calls_per_minute is None
    assert options.folder.is_absolute()


def test_a_folder_may_be_named_which_need_not_be_there(tmp_path: Path) -> None:
    assert EmotionApi(folder=tmp_path / "new").options().folder == tmp_path / "new"
    assert EmotionApi(folder=tmp_path).options().folder == tmp_path


def test_the_demo_keeps_nothing_in_the_state_folder(tmp_path: Path) -> None:
    assert tmp_path in for_demo(None, None, tmp_path).emotion_api.options().folder.parents


@pytest.mark.parametrize(
    "mistake",
    [
        {"max_image": 0},
        {"keep": -1},
        {"keep": float("nan")},
        {"concurrency": 0},
        {"waiting": 0},
        {"calls_per_minute": 0},
        {"allow": ["192.168.1.1/24"]},
        {"folder": "/dev/null"},
        {"folder": "a\0b"},
        {"folder": "x" * 5000},
        {"unknown": 1},
    ],
)
def test_what_makes_no_sense_is_refused(mistake: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        EmotionApi(**mistake)
