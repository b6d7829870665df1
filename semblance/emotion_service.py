"""The Emotion API, put together from the settings."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING

from semblance.emotion_metrics import OperationsCollector, PicturesCollector
from web.auth import Tokens
from web.emotion.admission import Admission
from web.emotion.location import Locations
from web.emotion.operations import Operations
from web.emotion.recognize import Recognizing
from web.emotion.routes import body_limits, emotion_router
from web.emotion.video_routes import video_router
from web.outbound.allowed import read_allowed
from web.outbound.connections import connections
from web.outbound.fetch import Fetcher
from web.outbound.guarding import Guard
from web.outbound.names import SystemNames

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence

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
    guard = Guard(read_allowed(settings.hooks.allow), SystemNames())
    async with connections(guard) as pool:
        fetcher = Fetcher(pool, f"Semblance/{version('semblance')}")
        operations = Operations(pipeline.videos, fetcher, options)
        locations = Locations(settings.server.public_url)
        videos = video_router(operations, admission, locations.of)
        with closing(Recognizing(pipeline.pictures, fetcher, options.max_image)) as recognizing:
            async with _running(operations.run()):
                yield EmotionService(
                    routers=[emotion_router(recognizing, admission, [videos])],
                    bodies=body_limits(options),
                    collectors=[
                        PicturesCollector(recognizing.figures),
                        OperationsCollector(operations, lambda: pipeline.beside),
                    ],
                )


@asynccontextmanager
async def _running(part: Coroutine[object, object, None]) -> AsyncIterator[None]:
    """Until the block has ended."""
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(part, name="operations")
        try:
            yield
        finally:
            running.cancel()
