"""The Emotion API, put together from the settings."""

from __future__ import annotations

from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from semblance.emotion_metrics import OperationsCollector, PicturesCollector
from semblance.reach import reaching
from semblance.running import running
from web.auth import Tokens
from web.emotion.admission import Admission
from web.emotion.location import Locations
from web.emotion.operations import Operations
from web.emotion.recognize import Recognizing
from web.emotion.routes import body_limits, emotion_router
from web.emotion.video_routes import video_router
from web.outbound.fetch import Fetcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from fastapi import APIRouter
    from prometheus_client.registry import Collector

    from semblance.pipeline import Pipeline
    from semblance.settings import Settings
    from web.incoming import BodyLimit


@dataclass(frozen=True, slots=True)
class EmotionService:
    """What the application needs of it: nothing, where it is switched off."""

    routers: Sequence[APIRouter] = ()
    bodies: Mapping[str, BodyLimit] = field(default_factory=dict)
    collectors: Sequence[Collector] = ()


@asynccontextmanager
async def emotion_service(settings: Settings, pipeline: Pipeline) -> AsyncIterator[EmotionService]:
    """Reads what is sent until the block has ended."""
    if not settings.emotion_api.enabled:
        yield EmotionService()
        return
    options = settings.emotion_api.options()
    admission = Admission(Tokens(settings.auth.plain()), options.calls_per_minute)
    async with reaching(settings.emotion_api.allow, "emotion_api.allow") as reach:
        fetcher = Fetcher(reach.pool, reach.agent)
        operations = Operations(pipeline.videos, fetcher, options)
        locations = Locations(settings.server.public_url)
        videos = video_router(operations, admission, locations.of)
        with closing(Recognizing(pipeline.pictures, fetcher, options.max_image)) as recognizing:
            async with running(operations.run()):
                yield EmotionService(
                    routers=[emotion_router(recognizing, admission, [videos])],
                    bodies=body_limits(options),
                    collectors=[
                        PicturesCollector(recognizing.figures),
                        OperationsCollector(operations, lambda: pipeline.beside),
                    ],
                )
