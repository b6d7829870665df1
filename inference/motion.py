"""Where a face is expected next: a Kalman filter of constant velocity over its centre and size."""

from __future__ import annotations

import math
from typing import TypeAlias

State: TypeAlias = tuple[float, float, float, float]
"""Centre x and y, logarithms of width and height."""

# In sizes of the face, so that near and far faces move alike.
_JITTER = 0.05**2
"""Variance of a detected centre: detectors miss it by about a twentieth of the face."""
_RESTLESSNESS = 4.0
"""How fast the velocity's variance grows (per second): people start and stop within half a second."""
_WALKING = 1.0
"""Variance of the velocity of a face seen for the first time: a face's size a second."""
_DAMPING = 0.5
"""Seconds in which an unseen face's speed falls to a third: heads seldom go on as they went."""


class Motion:
    """A `State` with a velocity. Its four numbers share one covariance, in units of the face's size."""

    __slots__ = ("_mixed", "_place", "_quick", "state", "velocity")

    def __init__(self, state: State) -> None:
        self.state = state
        self.velocity: State = (0.0, 0.0, 0.0, 0.0)
        self._place, self._mixed, self._quick = _JITTER, 0.0, _WALKING

    @property
    def size(self) -> float:
        return math.exp((self.state[2] + self.state[3]) / 2)

    @property
    def doubt(self) -> float:
        """Standard deviation of the expected centre, in sizes of the face."""
        return math.sqrt(self._place)

    def predict(self, seconds: float) -> None:
        fading = math.exp(-seconds / _DAMPING)
        reach = _DAMPING * (1 - fading)
        x, y, width, height = self.state
        dx, dy, grow, stretch = self.velocity
        self.state = (x + dx * reach, y + dy * reach, width + grow * reach, height + stretch * reach)
        self.velocity = (dx * fading, dy * fading, grow * fading, stretch * fading)
        self._place += seconds * (2 * self._mixed + seconds * (self._quick + _RESTLESSNESS * seconds / 3))
        self._mixed += seconds * (self._quick + _RESTLESSNESS * seconds / 2)
        self._quick += _RESTLESSNESS * seconds

    def correct(self, seen: State) -> None:
        spread = self._place + _JITTER
        gain, push = self._place / spread, self._mixed / spread
        errors = [new - old for new, old in zip(seen, self.state, strict=True)]
        self.state = _moved(self.state, errors, gain)
        self.velocity = _moved(self.velocity, errors, push)
        self._quick -= push * self._mixed
        self._place *= 1 - gain
        self._mixed *= 1 - gain


def _moved(values: State, errors: list[float], share: float) -> State:
    first, second, third, fourth = values
    return (
        first + share * errors[0],
        second + share * errors[1],
        third + share * errors[2],
        fourth + share * errors[3],
    )
