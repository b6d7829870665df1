"""The Emotion API's pictures in an application with models that see what the test says."""

from __future__ import annotations

import asyncio
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import numpy as np
from PIL import Image

from inference.reading import Box, Face
from tests.web_service import SCORES, FakeService
from web.app import create_app
from web.auth import Tokens
from web.emotion.admission import Admission
from web.emotion.models import NotReadyError
from web.emotion.options import EmotionOptions
from web.emotion.recognize import Recognizing
from web.emotion.routes import body_limits, emotion_router
from web.hub import Hub
from web.options import WebOptions
from web.outbound.fetch import FetchError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI

    from stream.frame import Pixels

RECOGNIZE = "/emotion/v1.0/recognize"
BYTES = {"content-type": "application/octet-stream"}


def picture(width: int = 100, height: int = 80) -> bytes:
    """A PNG of nothing but grey."""
    file = BytesIO()
    Image.fromarray(np.full((height, width, 3), 128, np.uint8)).save(file, "PNG")
    return file.getvalue()


def face(left: float, top: float, width: float, height: float) -> Face:
    return Face(1, Box(left, top, width, height), (), 0.9, 0.8, SCORES)


class FakeModels:
    """Sees `seen` in every picture, once `may_go_on` is set."""

    def __init__(self) -> None:
        self.seen: list[Face] = []
        self.sizes: list[tuple[int, int]] = []
        self.ready = True
        self.busy = 0
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def faces(self, pixels: Pixels) -> Sequence[Face]:
        await self._take(pixels)
        return self.seen

    async def within(self, pixels: Pixels, boxes: Sequence[Box]) -> Sequence[Face]:
        await self._take(pixels)
        return [face(box.left, box.top, box.width, box.height) for box in boxes]

    async def _take(self, pixels: Pixels) -> None:
        if not self.ready:
            raise NotReadyError
        self.sizes.append((pixels.width, pixels.height))
        self.busy += 1
        try:
            await self.may_go_on.wait()
        finally:
            self.busy -= 1


class FakePictures:
    """The internet: what lies at an address."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    async def fetch(self, url: str, limit_bytes: int) -> bytes:
        if url not in self.files:
            raise FetchError(f"Nothing is at {url}.")
        if len(self.files[url]) > limit_bytes:
            raise TooLargeError("That is too much.")
        return self.files[url]


class EmotionSite:
    """The application and what stands behind it."""

    def __init__(
        self, tokens: tuple[str, ...] = (), origins: tuple[str, ...] = (), **options: int | None
    ) -> None:
        self.models = FakeModels()
        self.pictures = FakePictures()
        known = EmotionOptions(Path("no-such-folder"), **options)  # type: ignore[arg-type]
        self.recognizing = Recognizing(self.models, self.pictures, known.max_image)
        admission = Admission(Tokens(tokens), known.calls_per_minute)
        self.app: FastAPI = create_app(
            FakeService(),
            Hub(10),
            WebOptions(tokens=tokens, origins=origins, version="1.2.3"),
            guarded=[emotion_router(self.recognizing, admission, [])],
            bodies=body_limits(known),
            dashboard=Path("no-such-folder"),
        )

    def client(self, address: str = "127.0.0.1") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(address, 1234))
        return httpx.AsyncClient(transport=transport, base_url="http://localhost")
