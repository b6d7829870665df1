"""One drawn person: head on a body, placed into a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stream.pattern import body
from stream.pattern.body import paint_body
from stream.pattern.hair import BEHIND
from stream.pattern.head import FINE, Head
from stream.pattern.relief import LEFT, TOP, relief

if TYPE_CHECKING:
    from stream.pattern.expression import Expression
    from stream.pattern.looks import Looks
    from stream.pattern.paint import Bytes, Floats
    from stream.pattern.pose import Pose

Light = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A face's true place in pixels: forehead to chin, cheek to cheek, and five landmarks (x, y):
    the person's right eye, left eye, nose, right and left corner of the mouth."""

    left: float
    top: float
    width: float
    height: float
    landmarks: tuple[tuple[float, float], ...]


class Person:
    """A person drawn at `scale` pixels per head unit (a face is two units wide), lit from `light`."""

    def __init__(
        self, looks: Looks, scale: float, light: Light, warmth: float = 0.0, below: float = 5.2
    ) -> None:
        self.looks, self.scale = looks, scale
        # A few fixed resolutions, so that the relief, which is costly, is made only a few times.
        self.detail = float(np.clip(4 * round(0.72 * scale / 4), 16, 60))
        self.head = Head(looks, relief(self.detail), light, warmth)
        self.body = paint_body(looks, self.detail, light, below)
        self.behind = self.head.painter.behind(self.detail)

    def draw(
        self,
        picture: Bytes,
        at: tuple[float, float],
        expression: Expression,
        pose: Pose,
        gaze: tuple[float, float] = (0.0, 0.0),
        breath: float = 0.0,
    ) -> None:
        """Paint the person into a BGR picture with the eyes' middle at pixel `at` (at rest)."""
        sway = np.array([0.35 * pose.shift_x, 0.3 * pose.shift_y - 0.012 * breath])
        left, top = np.array(at) + self.scale * (sway + np.array([body.LEFT, body.TOP - body.RAISED]))
        grow = self.scale / self.detail
        if self.behind is not None:
            _paint(picture, self.behind, self._turned(at, pose, 1 / self.detail, BEHIND))
        _paint(picture, self.body, np.array([[grow, 0.0, left], [0.0, grow, top]]))
        _paint(picture, self.head.draw(expression, pose, gaze), self._head_to_picture(at, pose))

    def box(self, at: tuple[float, float], expression: Expression, pose: Pose) -> Box:
        """Where `draw` paints the face."""
        turn = self._head_to_picture(at, pose)
        places = np.concatenate([self.head.outline(expression, pose), self.head.landmarks(expression, pose)])
        pixels = (places - (LEFT, TOP)) * self.detail * FINE - 0.5
        placed: list[list[float]] = (pixels @ turn[:, :2].T + turn[:, 2]).tolist()
        (left, _), (right, _), (_, top), (_, bottom) = placed[:4]
        return Box(left, top, right - left, bottom - top, tuple((x, y) for x, y in placed[4:]))

    def _head_to_picture(self, at: tuple[float, float], pose: Pose) -> Floats:
        """From pixels of the head's picture to pixels of the whole."""
        return self._turned(at, pose, 1 / (self.detail * FINE), (LEFT, TOP))

    def _turned(
        self, at: tuple[float, float], pose: Pose, pixel: float, corner: tuple[float, float]
    ) -> Floats:
        """From pixels of `pixel` head units, from a corner on, to the whole: a head rolls about the neck."""
        neck = np.array([0.0, 1.7])
        roll = np.array([[np.cos(pose.roll), -np.sin(pose.roll)], [np.sin(pose.roll), np.cos(pose.roll)]])
        target = np.array(at) + self.scale * (neck + np.array([pose.shift_x, pose.shift_y]))
        start = target + self.scale * roll @ (np.array(corner) - neck)
        return np.concatenate([self.scale * pixel * roll, start[:, None]], 1)


def _paint(picture: Bytes, sprite: Bytes, turn: Floats) -> None:
    """Lay a premultiplied sprite over the picture through an affine map."""
    height, width = sprite.shape[:2]
    corners = np.array([(0, 0), (width, 0), (0, height), (width, height)]) @ turn[:, :2].T + turn[:, 2]
    low = np.maximum(np.floor(corners.min(0)), 0).astype(int)
    high = np.minimum(np.ceil(corners.max(0)), (picture.shape[1], picture.shape[0])).astype(int)
    if (high <= low).any():
        return
    moved = turn.copy()
    moved[:, 2] -= low
    patch = cv2.warpAffine(
        sprite, moved, (int(high[0] - low[0]), int(high[1] - low[1])), flags=cv2.INTER_LINEAR
    )
    target = picture[low[1] : high[1], low[0] : high[0]]
    rest = cv2.cvtColor(255 - patch[:, :, 3], cv2.COLOR_GRAY2BGR)
    lower = cv2.multiply(target, rest, scale=1 / 255)
    target[:] = cv2.add(lower, cv2.cvtColor(patch, cv2.COLOR_BGRA2BGR))
