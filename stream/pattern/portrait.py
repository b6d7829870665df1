"""A portrait: one face close up, widely varied by its seed, for training and measuring face models."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from stream.pattern.expression import EXPRESSIONS
from stream.pattern.looks import looks
from stream.pattern.person import Box, Person
from stream.pattern.pose import Pose
from stream.pattern.room import paint_room

if TYPE_CHECKING:
    from stream.pattern.expression import Expression
    from stream.pattern.paint import Bytes

SITTINGS = 12  # this many successive seeds share one person and light, which are costly to make


@dataclass(frozen=True, slots=True)
class Portrait:
    """A BGR picture of one face with its truth."""

    picture: Bytes
    face: Box
    emotion: str
    intensity: float


def portrait(seed: int, emotion: str, intensity: float | None = None, size: int = 160) -> Portrait:
    """One face in a picture of `size` by `size` pixels; the same arguments give the same picture.

    Pose, light, strength (0.5..1 unless `intensity` is given), asymmetry and place vary with the seed; the
    person changes every SITTINGS seeds. Blinks are rare.
    """
    random = np.random.default_rng((seed, 7005))
    strength = float(random.uniform(0.55, 1.0)) if intensity is None else intensity
    expression = _varied(EXPRESSIONS[emotion].scaled(strength), random)
    person, background = _sitter(seed // SITTINGS, size)
    shift = (
        int(random.integers(0, background.shape[1] - size)),
        int(random.integers(0, background.shape[0] - size)),
    )
    picture = background[shift[1] : shift[1] + size, shift[0] : shift[0] + size].copy()
    yaw, nod, roll = (float(random.normal(0, spread)) for spread in (0.12, 0.07, 0.08))
    pose = Pose(float(np.clip(yaw, -0.28, 0.28)), float(np.clip(nod, -0.16, 0.16)), roll)
    place = size * float(random.normal(0.5, 0.02)), size * float(random.normal(0.46, 0.02))
    gaze = float(random.normal(0, 0.02)), float(random.normal(0, 0.012)) + 0.045 * expression.look_down
    person.draw(picture, place, expression, pose, gaze)
    return Portrait(picture, person.box(place, expression, pose), emotion, strength)


def _varied(expression: Expression, random: np.random.Generator) -> Expression:
    """Nobody pulls all muscles alike: each unit a little stronger or weaker, sometimes half a blink."""
    if random.random() < 0.5:
        expression = expression.mirrored()
    expression = expression.jittered(random.normal(1.0, 0.16, 64).tolist())
    return expression.blinking(float(random.uniform(0.1, 0.5)) if random.random() < 0.04 else 0.0)


@lru_cache(maxsize=4)
def _sitter(seed: int, size: int) -> tuple[Person, Bytes]:
    random = np.random.default_rng((seed, 7006))
    room = paint_room(2 * size, 2 * size, seed + 90_000)
    angle, high = float(random.uniform(-1.2, 1.2)), float(random.uniform(-0.8, 0.05))
    light = (float(np.sin(angle)), high, 0.45 + float(np.cos(angle)) * 0.5)
    scale = size / float(random.uniform(3.5, 4.3))
    person = Person(looks(seed + 50_000), scale, light, float(random.uniform(-0.08, 0.1)), below=3.4)
    return person, room.picture
