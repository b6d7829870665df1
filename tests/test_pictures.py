"""Pictures read beside the live streams: none before the models are loaded, and one at a time."""

from __future__ import annotations

import asyncio
import time

import numpy as np
import pytest

from inference import Box
from semblance.pictures import Pictures
from stream.frame import Frame
from tests.faces import Painted
from tests.models_at_work import FACE, ModelsAtWork
from tests.readers import reader
from web.emotion.models import NotReadyError

PIXELS = Painted(np.zeros((90, 160), np.uint8))
BOX = Box(0.0, 0.0, 40.0, 40.0)


async def test_before_the_models_are_loaded_a_picture_is_refused() -> None:
    pictures = Pictures(reader())
    with pytest.raises(NotReadyError, match="still being loaded"):
        await pictures.faces(PIXELS)
    with pytest.raises(NotReadyError):
        await pictures.within(PIXELS, [BOX])


async def test_a_picture_gives_its_faces_or_one_for_each_box() -> None:
    one = reader()
    await one.load(ModelsAtWork)
    assert await Pictures(one).faces(PIXELS) == [FACE]
    assert await Pictures(one).within(PIXELS, [BOX, BOX]) == [FACE, FACE]


async def test_of_many_pictures_one_is_in_the_models_at_a_time() -> None:
    models, one = ModelsAtWork(), reader()
    await one.load(lambda: models)
    pictures = Pictures(one)
    models.may_go_on.clear()
    asked = [asyncio.create_task(pictures.faces(PIXELS)) for _ in range(5)]
    asked += [asyncio.create_task(pictures.within(PIXELS, [BOX])) for _ in range(5)]
    await asyncio.sleep(0)
    asked[0].cancel()
    asked[3].cancel()
    models.may_go_on.set()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(answer) for answer in answers].count(asyncio.CancelledError) == 2
    assert [answer for answer in answers if answer == [FACE]] == [[FACE]] * 8
    assert models.most_pictures == 1


async def test_a_picture_waits_for_live_frames_that_wait_but_not_for_ever() -> None:
    models, one = ModelsAtWork(), reader()
    await one.load(lambda: models)
    one.put(Frame("camera", 0, 0.0, 0.0, None, PIXELS))
    began = time.monotonic()
    assert await Pictures(one).faces(PIXELS) == [FACE]
    assert time.monotonic() - began > 0.4
    one.forget("camera")
    began = time.monotonic()
    await Pictures(one).within(PIXELS, [BOX])
    assert time.monotonic() - began < 0.4
