"""Pictures so large that the models are shown a smaller one: even the smallest faces are read alike."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PIL import Image

from inference.engine import Engine
from inference.options import InferenceOptions
from stream.array_pixels import ArrayPixels
from stream.pattern import Scene, Timeline
from stream.picture_file import read_picture
from web.emotion.recognize import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inference.reading import Face

WIDTH = 8192
SMALLEST = 27 * WIDTH // 2560
"""Thirteen and a half pixels where the detector looks: of those on ten it finds two in three."""
EMOTIONS = "happiness", "surprise", "neutral"


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine.load(InferenceOptions(provider="cpu"))
    yield engine
    engine.close()


async def group(engine: Engine) -> bytes:
    """Many people side by side, as far away as faces are still found."""
    picture = np.full((900, WIDTH, 3), 90, np.uint8)
    left = top = 20
    for seed in range(24):
        drawn = Scene(
            640, 360, people=1, seed=seed, timeline=Timeline(emotions=(EMOTIONS[seed % 3],))
        ).render(3)
        (face,) = await engine.read_picture(ArrayPixels(drawn), "normal")
        small = cv2.resize(drawn, None, fx=SMALLEST / face.box.height, fy=SMALLEST / face.box.height)
        height, width = small.shape[:2]
        if left + width > WIDTH:
            left, top = 20, top + height + 20
        picture[top : top + height, left : left + width] = small
        left += width + 20
    file = BytesIO()
    Image.fromarray(picture[..., ::-1]).save(file, "JPEG", quality=90)
    return file.getvalue()


async def test_the_smallest_faces_of_a_large_group_are_read_as_in_the_whole_picture(
    engine: Engine,
) -> None:
    file = await group(engine)
    whole, shrunk = read_picture(file), read_picture(file, longest=LONGEST)
    assert (whole.size, shrunk.size, shrunk.pixels.width) == ((WIDTH, 900), (WIDTH, 900), LONGEST)
    in_whole = placed(await engine.read_picture(whole.pixels), 1)
    in_shrunk = placed(await engine.read_picture(shrunk.pixels), WIDTH / LONGEST)
    assert len(in_whole) >= 20
    assert len(in_shrunk) == len(in_whole)
    for (there, one), (here, other) in zip(in_whole, in_shrunk, strict=True):
        assert here == pytest.approx(there, abs=SMALLEST / 6)
        assert other.scores == pytest.approx(one.scores, abs=0.05)


def placed(faces: tuple[Face, ...], factor: float) -> list[tuple[tuple[float, float], Face]]:
    """Each with its centre in the whole picture, row by row."""
    centres = [
        ((face.box.left + face.box.width / 2) * factor, (face.box.top + face.box.height / 2) * factor)
        for face in faces
    ]
    return sorted(zip(centres, faces, strict=True), key=lambda each: (each[0][1] // 100, each[0][0]))
