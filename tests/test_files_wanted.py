"""What the command line asks of `semblance analyze`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from inference.options import InferenceOptions
from semblance.failure import UsageFailure
from semblance.files.wanted import Wishes, every_of
from semblance.settings import Inference


@pytest.mark.parametrize(("said", "every"), [("auto", "auto"), ("1", 1), ("30", 30)])
def test_how_often_the_whole_picture_is_searched_can_be_said(said: str, every: object) -> None:
    assert every_of(said) == every
    assert Inference.model_validate({"detect_every": said}).options().detect_every == every


@pytest.mark.parametrize("said", ["0", "31", "-1", "2.5", "often", "", "²"])
def test_what_is_no_number_of_frames_is_refused_with_the_way_out(said: str) -> None:
    with pytest.raises(UsageFailure, match="from 1 to 30"):
        every_of(said)
    with pytest.raises(ValidationError):
        Inference.model_validate({"detect_every": said})


def test_what_is_not_said_is_as_in_the_settings() -> None:
    options = InferenceOptions(detect_every=5)
    assert Wishes().over(options).detect_every == 5
    assert Wishes(detect_every=1).over(options).detect_every == 1
