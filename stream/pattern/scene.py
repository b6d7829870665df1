"""A scene: a room with one to six drawn people who act a known timeline of expressions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stream.pattern.expression import EXPRESSIONS, Expression
from stream.pattern.looks import looks
from stream.pattern.person import Box, Person
from stream.pattern.pose import Motion
from stream.pattern.room import paint_room
from stream.pattern.timeline import Timeline

if TYPE_CHECKING:
    from stream.pattern.paint import Bytes
    from stream.pattern.pose import Pose

MOST_PEOPLE = 6
CAST_STEP = 131  # people of one scene get seeds this far apart


@dataclass(frozen=True, slots=True)
class _Actor:
    """A person with a place in the picture, habits of moving and a way of expressing."""

    person: Person
    place: tuple[float, float]
    motion: Motion
    strength: float
    mirrored: bool


class Scene:
    """Pictures of people whose expressions are known; a pure function of its arguments and the time.

    Not for several threads at once. `timeline` is acted by everybody together.
    """

    def __init__(
        self,
        width: int = 640,
        height: int = 360,
        people: int = 2,
        seed: int = 0,
        timeline: Timeline | None = None,
    ) -> None:
        if not 1 <= people <= MOST_PEOPLE:
            raise ValueError(f"A scene holds 1 to {MOST_PEOPLE} people, not {people}.")
        self.width, self.height, self.seed = width, height, seed
        self.timeline = timeline or Timeline()
        self._room = paint_room(width, height, seed)
        self._actors = [self._cast(index, people) for index in range(people)]

    def render(self, seconds: float) -> Bytes:
        """The picture (height, width, 3), BGR, at a time since the scene began."""
        picture = self._room.picture.copy()
        for index, actor in enumerate(self._actors):
            pose, expression = actor.motion.pose_at(seconds), self.expression_at(seconds, index)
            breath = actor.motion.breath_at(seconds)
            actor.person.draw(picture, actor.place, expression, pose, _gaze(pose, expression), breath)
        return picture

    def faces(self, seconds: float) -> tuple[Box, ...]:
        """Where the faces are at that time, in the order of the cast."""
        return tuple(
            actor.person.box(actor.place, self.expression_at(seconds, index), actor.motion.pose_at(seconds))
            for index, actor in enumerate(self._actors)
        )

    def expression_at(self, seconds: float, index: int = 0) -> Expression:
        """What the face of one person does at that time, a blink included."""
        actor = self._actors[index]
        before, now, share = self.timeline.blend_at(seconds)
        acted = EXPRESSIONS[before].towards(EXPRESSIONS[now], share).scaled(actor.strength)
        if actor.mirrored:
            acted = acted.mirrored()
        return acted.blinking(actor.motion.blink_at(seconds))

    def _cast(self, index: int, people: int) -> _Actor:
        seed = self.seed * MOST_PEOPLE + CAST_STEP * index
        random = np.random.default_rng((seed, 7004))
        (across, down), scale = _seat(index, people, self.width, self.height)
        scale *= float(random.uniform(0.94, 1.05))
        stray_x, stray_y = random.normal(0, (0.12, 0.10)).tolist()
        place = (across + scale * stray_x, down + scale * stray_y)
        below = (self.height - place[1]) / scale + 0.4
        person = Person(looks(seed), scale, self._room.light, self._room.warmth, below)
        strength, mirrored = float(random.uniform(0.9, 1.05)), bool(random.random() < 0.5)
        return _Actor(person, place, Motion(seed, float(random.uniform(0.7, 1.3))), strength, mirrored)


def _seat(index: int, people: int, width: int, height: int) -> tuple[tuple[float, float], float]:
    """Where a person's eyes are, and the pixels of a head unit: four side by side, more in two rows."""
    if people <= 4:
        scale = min(0.168 * height, width / (4.4 * people))
        return (width * (index + 0.5) / people, 0.47 * height), scale
    columns = 3.0 if people == 5 else 3.5
    scale = min(0.104 * height, width / (4.4 * columns))
    back = people - 3
    if index < back:
        return (width * (index + 1) / columns, 0.25 * height), scale
    return (width * (index - back + 0.5) / columns, 0.66 * height), scale


def _gaze(pose: Pose, expression: Expression) -> tuple[float, float]:
    """Eyes keep to the camera while the head sways, unless they are cast down."""
    return -0.18 * pose.yaw, 0.045 * expression.look_down - 0.12 * pose.nod
