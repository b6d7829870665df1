"""The Emotion API as the settings want it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from semblance.emotion_service import EmotionService, emotion_service
from semblance.emotion_settings import EmotionApi
from semblance.settings import Settings
from web.emotion.paths import RECOGNIZE, RECOGNIZE_IN_VIDEO

if TYPE_CHECKING:
    from pathlib import Path

    from semblance.pipeline import Pipeline


class NoPipeline:
    """Nothing is read in these tests."""

    pictures = None
    videos = None


def service(**options: object) -> Settings:
    return Settings(emotion_api=EmotionApi(**options))  # type: ignore[arg-type]


def test_switched_off_it_is_not_there_and_touches_no_disk(tmp_path: Path) -> None:
    settings = service(enabled=False, folder=tmp_path / "operations")

    async def run() -> None:
        async with emotion_service(settings, cast("Pipeline", NoPipeline())) as emotion:
            assert emotion == EmotionService()
            await asyncio.sleep(0)

    asyncio.run(run())
    assert list(tmp_path.iterdir()) == []


async def test_bodies_may_be_as_long_as_the_settings_say(tmp_path: Path) -> None:
    settings = service(max_image=100_000, max_video=200_000, folder=tmp_path / "operations")
    async with emotion_service(settings, cast("Pipeline", NoPipeline())) as emotion:
        sizes = {path: limit.size for path, limit in emotion.bodies.items()}
        await asyncio.sleep(0)
    assert sizes == {RECOGNIZE: 100_000, RECOGNIZE_IN_VIDEO: 200_000}
