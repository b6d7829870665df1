"""Pictures of drawn people with the truth about them, rendered by the project's test source.

The demo and the end-to-end tests show drawn people; so that the classifier reads
them, its recipe takes some in. The detector finds them without.
The seeds of training and of scoring differ from each other and lie far from those a person would type.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stream.pattern import Scene

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

TRAINING_SEEDS = range(1000, 2000)
SCORING_SEEDS = range(5000, 5100)
SIZES = ((640, 360), (640, 360), (640, 480), (960, 540))
SETTLED = 0.7
"""Seconds after which a face has eased into the emotion of its segment."""
CYCLES = 30


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture (h, w, 3) BGR of people who all act `emotion`, and their faces: `boxes` (n, 4) left, top,
    width, height; `landmarks` (n, 5, 2)."""

    picture: NDArray[np.uint8]
    emotion: str
    boxes: NDArray[np.float32]
    landmarks: NDArray[np.float32]


def drawn(seeds: Iterable[int], per_emotion: int) -> Iterator[Drawn]:
    """For each seed one scene of one to four people; of each emotion so many pictures, at times all over."""
    for seed in seeds:
        chance = random.Random(seed)
        width, height = chance.choice(SIZES)
        scene = Scene(width, height, people=chance.choice((1, 2, 2, 3, 4)), seed=seed)
        timeline = scene.timeline
        for index, emotion in enumerate(timeline.emotions):
            for _ in range(per_emotion):
                start = chance.randrange(CYCLES) * timeline.cycle + index * timeline.hold
                yield _at(scene, emotion, start + chance.uniform(SETTLED, timeline.hold))


def _at(scene: Scene, emotion: str, seconds: float) -> Drawn:
    faces = scene.faces(seconds)
    return Drawn(
        scene.render(seconds),
        emotion,
        np.array([(face.left, face.top, face.width, face.height) for face in faces], np.float32),
        np.array([face.landmarks for face in faces], np.float32),
    )
