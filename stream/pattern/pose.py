"""How a head moves: turning, nodding, swaying, breathing and blinking as functions of time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

BLINK_SECONDS = 0.24
BLINK_SLOT = 3.5  # seconds


@dataclass(frozen=True, slots=True)
class Pose:
    """A head's attitude: `yaw` and `nod` in radians (to the picture's right, downwards), `roll` clockwise,
    the shift of its middle in head units."""

    yaw: float = 0.0
    nod: float = 0.0
    roll: float = 0.0
    shift_x: float = 0.0
    shift_y: float = 0.0


class Motion:
    """The idle movement of one person; a pure function of the time for its seed."""

    def __init__(self, seed: int, liveliness: float = 1.0) -> None:
        random = np.random.default_rng((seed, 7002))
        self.liveliness = liveliness
        self.rates = random.uniform(0.10, 0.23, (5, 2)) * np.array([1.0, 2.3])
        self.phases = random.uniform(0, 2 * np.pi, (5, 2))
        self.breath_rate = float(random.uniform(0.22, 0.3))
        self.blink_seed = int(random.integers(2**31))

    def pose_at(self, seconds: float) -> Pose:
        waves = np.sin(2 * np.pi * self.rates * seconds + self.phases) @ np.array([0.7, 0.3])
        yaw, nod, roll, x, y = (waves * (0.13, 0.06, 0.05, 0.09, 0.02) * self.liveliness).tolist()
        return Pose(yaw, nod, roll, x, y + 0.02 * self.breath_at(seconds))

    def breath_at(self, seconds: float) -> float:
        """-1 breathed out to 1 breathed in."""
        return float(np.sin(2 * np.pi * self.breath_rate * seconds + self.phases[0, 0]))

    def blink_at(self, seconds: float) -> float:
        """How far (0..1) a blink has closed the lids; one blink in each slot."""
        progress = (seconds - _blink_start(self.blink_seed, int(seconds // BLINK_SLOT))) / BLINK_SECONDS
        return float(np.sin(np.pi * progress)) if 0 < progress < 1 else 0.0


@lru_cache(maxsize=64)
def _blink_start(seed: int, slot: int) -> float:
    return slot * BLINK_SLOT + float(np.random.default_rng((seed, slot)).uniform(0.2, 3.0))
