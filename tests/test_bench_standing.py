"""What of the settings holds for the streams of a bench, as it does for those of the service."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

from semblance.bench import standing
from semblance.bench.playing import Playing
from semblance.keeping import keeping
from semblance.pipeline import Pipeline
from semblance.settings import Settings
from stream import SourceInfo
from stream.ffmpeg_devices import FfmpegDevices
from stream.hardware import Hardware
from tests.models_at_work import ModelsAtWork

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    import pytest

    from aggregation import Window
    from inference.engine import Engine
    from semblance.history_settings import History
    from web.history.store import Store

PLAYING = Playing("file:clip.mp4", "clip.mp4", SourceInfo(64, 36, 10.0, "h264"), 10.0, 10.0)


async def test_frames_grow_as_old_and_the_history_is_kept_as_configured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: dict[str, Any] = {}

    class Noted(Pipeline):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            given.update(options, windows=[window.name for window in arguments[2]])
            super().__init__(*arguments, **options)

    @asynccontextmanager
    async def noted(history: History, windows: Sequence[Window]) -> AsyncIterator[Store]:
        given.update(history=history.address(), days=history.keep.summaries)
        async with keeping(history, windows) as store:
            yield store

    monkeypatch.setattr(standing, "Pipeline", Noted)
    monkeypatch.setattr(standing, "keeping", noted)
    settings = Settings.model_validate(
        {
            "inference": {"max_age": 0.7},
            "history": {"url": str(tmp_path / "service.db"), "keep": {"summaries": 12}},
            "windows": [{"name": "9s", "length": 9, "interval": 1}],
        }
    )
    engine = cast("Engine", ModelsAtWork())
    async with standing.standing(engine, settings, Hardware("off", FfmpegDevices()), PLAYING, tmp_path, 0.5):
        pass
    assert given == {"max_age": 0.7, "windows": ["9s"], "history": str(tmp_path / "history.db"), "days": 12}
    assert not (tmp_path / "service.db").exists()
