"""One drawn head: skin, features and hair for an expression and a pose, with its true landmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from stream.pattern.brows import draw_brows
from stream.pattern.eyes import EYE_X, EYE_Y, draw_eyes
from stream.pattern.form import WIDEST
from stream.pattern.glasses import draw_glasses
from stream.pattern.hair import HairPainter
from stream.pattern.mouth import JAW_DROP, draw_mouth, lips
from stream.pattern.paint import Canvas, point, points
from stream.pattern.relief import LEFT, TOP, Relief
from stream.pattern.skin import Skin

if TYPE_CHECKING:
    from stream.pattern.expression import Expression
    from stream.pattern.looks import Looks
    from stream.pattern.paint import Bytes, Floats
    from stream.pattern.pose import Pose

FINE = 2  # features are drawn at twice the size of the skin
CHIN, FOREHEAD = 1.63, -0.92
PIVOT = 0.25  # the height about which a head turns


class Head:
    """The head of one person in one light; everything that does not move is painted on construction."""

    def __init__(
        self, looks: Looks, relief: Relief, light: tuple[float, float, float], warmth: float = 0.0
    ) -> None:
        self.looks, self.relief = looks, relief
        self.skin = Skin(looks, relief, light, warmth)
        self.painter = HairPainter(looks, light)
        hair = self.painter.front(relief.x.shape, relief.scale, (LEFT, TOP))
        covered, inside = hair[:, :, 3], np.round(relief.inside * 255)
        # Where skin shows: inside the head and not under hair; premultiplied, as the whole head's picture is.
        bare = np.round(inside * (1 - covered / 255.0)).astype(np.uint8)
        self.bare = cv2.merge([bare[relief.bare]] * 3)
        self.still = hair.copy()
        self.still[:, :, 3] = cv2.add(bare, covered)
        ramp = np.clip((relief.y - 0.80) / 0.60, 0, 1)
        # Hair beside the jaw stays where it is.
        beside = np.clip((1.02 - np.abs(relief.x)) / 0.16, 0, 1)
        self.jaw_ramp = (ramp * ramp * (3 - 2 * ramp) * beside).astype(np.float32)
        self.narrow = relief.x * self.jaw_ramp * np.float32(relief.scale)
        self.rise = (relief.height_map - np.float32(PIVOT)) * np.float32(relief.scale)
        nose = np.exp(-0.5 * ((relief.x / 0.3) ** 2 + ((relief.y - 0.6) / 0.2) ** 2))
        self.nose_ramp = nose.astype(np.float32)
        wide = relief.x - self._widened(relief.x, relief.y) + relief.x
        self.base_x = ((wide - LEFT) * relief.scale - 0.5).astype(np.float32)
        self.base_y = ((relief.y - TOP) * relief.scale - 0.5).astype(np.float32)

    def draw(self, expression: Expression, pose: Pose, gaze: tuple[float, float] = (0.0, 0.0)) -> Bytes:
        """The head (rows, columns, 4), BGR premultiplied by coverage, at `FINE` times the relief's scale."""
        skin = self.skin.shaded(expression, pose.yaw)
        painted = self.still.copy()
        painted[(*self.relief.bare, slice(3))] += np.asarray(
            cv2.multiply(skin, self.bare, scale=1 / 255), np.uint8
        )
        flat = self._warped(painted, expression, pose)
        picture = np.asarray(cv2.resize(flat, None, fx=FINE, fy=FINE), np.uint8)
        scale = self.relief.scale * FINE
        # What is drawn from here on lies well inside the head, so coverage need not be looked at.
        canvas = Canvas(picture[:, :, :3], scale, (-LEFT * scale, -TOP * scale))

        def place(places: Floats) -> Floats:
            return self.placed(places, pose)

        draw_mouth(canvas, place, self.looks, expression)
        draw_eyes(canvas, place, self.looks, expression, gaze)
        draw_brows(canvas, place, self.looks, expression)
        if self.looks.glasses:
            draw_glasses(canvas, place, self.looks)
        return picture

    def placed(self, places: Floats, pose: Pose) -> Floats:
        """Where places of the resting head (..., 2) lie on the turned one, in head units."""
        flat = places.reshape(-1, 2)
        rise = self.relief.height_at(flat) - np.float32(PIVOT)
        placed = np.empty(flat.shape, np.float32)
        placed[:, 0] = self._widened(flat[:, 0], flat[:, 1]) + np.float32(pose.yaw) * rise
        placed[:, 1] = flat[:, 1] + np.float32(pose.nod) * rise
        return placed.reshape(places.shape)

    def _widened(self, x: Floats, y: Floats) -> Floats:
        jaw = np.minimum(np.maximum((y - 0.3) / 0.9, 0), 1)
        return np.asarray(x * (self.looks.width + self.looks.jaw * jaw), np.float32)

    def _warped(self, picture: Bytes, e: Expression, pose: Pose) -> Bytes:
        """The picture with head turned, jaw dropped and nose drawn up; the maps look back to its source."""
        scale = np.float32(self.relief.scale)
        drop = scale * np.float32(JAW_DROP * 0.85 * e.jaw)
        pull = scale * np.float32(0.045 * e.nose_wrinkle + 0.02 * e.upper_lip)
        narrow = np.float32(0.13 * e.jaw) * self.narrow
        map_x = self.base_x - np.float32(pose.yaw) * self.rise + narrow
        map_y = self.base_y - np.float32(pose.nod) * self.rise - drop * self.jaw_ramp + pull * self.nose_ramp
        return np.asarray(cv2.remap(picture, map_x, map_y, cv2.INTER_LINEAR), np.uint8)

    def outline(self, expression: Expression, pose: Pose) -> Floats:
        """The right and left cheek, the forehead and the chin, in head units."""
        half, chin = WIDEST * self.looks.width, CHIN + JAW_DROP * expression.jaw
        return self.placed(points((-half, 0.3), (half, 0.3), (0, FOREHEAD), (0, chin)), pose)

    def landmarks(self, expression: Expression, pose: Pose) -> Floats:
        """Right eye, left eye, nose, right and left corner of the mouth, in head units."""
        shape = lips(self.looks, expression)
        rest = [(-EYE_X, EYE_Y), (EYE_X, EYE_Y), (0.0, 0.58), *shape.corners.tolist()]
        marks = self.placed(points(*rest), pose)
        marks[2] += point(pose.yaw * 0.15, pose.nod * 0.15)
        return marks
