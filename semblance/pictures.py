"""Single pictures read beside the live streams, by the same models."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from web.emotion.models import NotReadyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference import Box, Face
    from semblance.reader import Reader, ReadingStage
    from stream import Pixels


class Pictures:
    """One picture is in the models at a time, and none goes there before live frames that wait; the others
    wait here. So a live frame waits for one picture at most. Implements `web.emotion.models.PictureReader`.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._turn = asyncio.Lock()

    async def faces(self, pixels: Pixels) -> Sequence[Face]:
        stage = self._stage()
        async with self._turn:
            await self._reader.lull()
            return await stage.read_picture(pixels)

    async def within(self, pixels: Pixels, boxes: Sequence[Box]) -> Sequence[Face]:
        stage = self._stage()
        async with self._turn:
            await self._reader.lull()
            return await stage.read_within(pixels, boxes)

    def _stage(self) -> ReadingStage:
        if self._reader.stage is None:
            raise NotReadyError("The models are still being loaded; ask again in some seconds.")
        return self._reader.stage
