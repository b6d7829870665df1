"""What an operator can say of previews."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from inference.options import PreviewOptions
from semblance.configuration import ConfigurationError, load
from stream.spec import StreamSpec

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, text: str) -> Path:
    path = folder / "semblance.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_pictures_are_whole_and_small_unless_said_otherwise() -> None:
    assert load().preview.options() == PreviewOptions("full", 10.0, 640, 75)


def test_a_file_and_the_environment_say_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMBLANCE_PREVIEW__QUALITY", "50")
    settings = load(
        written(
            tmp_path,
            "preview: {mode: blurred, fps: 2, width: 320}\n"
            "streams: [{id: stage, url: 'pattern:', preview: 'off'}, {id: hall, url: 'pattern:'}]\n",
        )
    )
    assert settings.preview.options() == PreviewOptions("blurred", 2.0, 320, 50)
    assert [spec.preview for spec in settings.streams] == ["off", None]


@pytest.mark.parametrize(
    ("mistake", "field"),
    [
        ("mode: mosaic", "preview.mode"),
        ("fps: 0", "preview.fps"),
        ("fps: 1000", "preview.fps"),
        ("width: 10", "preview.width"),
        ("quality: 0", "preview.quality"),
        ("height: 100", "preview.height"),
    ],
)
def test_a_mistake_is_named_by_its_path(tmp_path: Path, mistake: str, field: str) -> None:
    with pytest.raises(ConfigurationError, match=field):
        load(written(tmp_path, f"preview: {{{mistake}}}\n"))


def test_a_stream_s_own_mode_is_one_of_three() -> None:
    assert StreamSpec(id="a", url="pattern:", preview="blurred").preview == "blurred"
    with pytest.raises(ValidationError, match="'full', 'blurred' or 'off'"):
        StreamSpec.model_validate({"id": "a", "url": "pattern:", "preview": "mosaic"})
