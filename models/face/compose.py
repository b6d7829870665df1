"""Makes training pictures: faces and backgrounds at all sizes, some as mosaics, some with heads pasted in."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

import cv2
import numpy as np

from models.face.faces import Faces, joined, no_faces
from models.face.relight import relit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.face.photographs import Collection, Photograph

SIDE = 256
SMALLEST, LARGEST = 10.0, 0.85  # of a face: pixels, share of the cell
MOSAICS, PASTES, CROWDS, TURNS = 0.45, 0.40, 0.35, 0.30
PLAIN, BLACK = 0.25, 0.4
SCENES, PORTRAITS, HEADS = 0.64, 0.16, 0.09
"""Shares of the cells; the rest are backgrounds."""
CROWD, CROWD_LARGEST, FEW_LARGEST = (5, 14), 32.0, 70.0
"""Heads set upon one picture as a crowd, and the largest face, in pixels, of a crowd and of a few heads."""


class Composer:
    """Draws one training picture after another from a collection, by `random`'s and numpy's global state."""

    def __init__(self, photographs: Collection) -> None:
        self._photographs = photographs

    def picture(self) -> tuple[NDArray[np.uint8], Faces]:
        """A picture (256, 256, 3) BGR and its faces."""
        canvas = np.zeros((SIDE, SIDE, 3), np.uint8)
        faces = self._mosaic(canvas) if random.random() < MOSAICS else self._cell(canvas)
        if random.random() < PASTES:
            faces = self._pasted(canvas, faces)
        return relit(canvas), faces

    def _mosaic(self, canvas: NDArray[np.uint8]) -> Faces:
        x, y = random.randint(76, SIDE - 76), random.randint(76, SIDE - 76)
        parts = []
        for left, top, right, bottom in ((0, 0, x, y), (x, 0, SIDE, y), (0, y, x, SIDE), (x, y, SIDE, SIDE)):
            cell = np.ascontiguousarray(canvas[top:bottom, left:right])
            parts.append(self._cell(cell).moved(left, top))
            canvas[top:bottom, left:right] = cell
        return joined(parts)

    def _cell(self, cell: NDArray[np.uint8]) -> Faces:
        self._fill(cell)
        chosen, (least, most) = self._choice()
        if chosen is None:
            return no_faces()
        matrix = _aimed(chosen, cell, least, most) if _aims(chosen) else _anywhere(chosen, cell)
        draw(chosen, matrix, cell)
        return chosen.faces.warped(matrix).clipped(cell.shape[1], cell.shape[0])

    def _choice(self) -> tuple[Photograph | None, tuple[float, float]]:
        """A photograph, or none for a bare background, and how far it may be shrunk and enlarged."""
        draw = random.random()
        if draw < SCENES:
            return self._photographs.some_scene(), (0.22, 2.2)
        if draw < SCENES + PORTRAITS:
            return random.choice(self._photographs.portraits), (0.06, 1.6)
        if draw < SCENES + PORTRAITS + HEADS:
            return random.choice(self._photographs.heads), (0.06, 1.6)
        return None, (1.0, 1.0)

    def _fill(self, cell: NDArray[np.uint8]) -> None:
        if random.random() < PLAIN:
            # Black: bars beside a picture, a covered lens, the night.
            cell[:] = 0 if random.random() < BLACK else np.random.randint(0, 256, 3)
            return
        background = random.choice(self._photographs.backgrounds)
        (height, width), (rows, columns) = cell.shape[:2], background.levels[0].shape[:2]
        scale = max(width / columns, height / rows) * random.uniform(1, 1.8)
        x = random.uniform(width / 2 / scale, columns - width / 2 / scale)
        y = random.uniform(height / 2 / scale, rows - height / 2 / scale)
        mirrored = random.random() < 0.5
        draw(background, placement(scale, (x, y), (width / 2, height / 2), mirrored=mirrored), cell)

    def _pasted(self, canvas: NDArray[np.uint8], faces: Faces) -> Faces:
        """A few heads or a crowd of small ones set upon the picture, where they cover no other face."""
        crowd = random.random() < CROWDS
        largest = CROWD_LARGEST if crowd else FEW_LARGEST
        for _ in range(random.randint(*CROWD) if crowd else random.randint(1, 3)):
            faces = self._one_more(canvas, faces, largest)
        return faces

    def _one_more(self, canvas: NDArray[np.uint8], faces: Faces, largest: float) -> Faces:
        source = self._photographs.portraits if random.random() < 0.7 else self._photographs.heads
        head = random.choice(source)
        if len(head.faces) != 1:
            return faces
        scale = _log_uniform(SMALLEST, largest) / float(head.faces.sizes[0])
        reach = random.uniform(1.25, 2.0) * scale
        width, height = (int(side * reach) for side in head.faces.boxes[0, 2:])
        if min(width, height) < 8 or max(width, height) > 200:
            return faces
        left, top = random.randint(0, SIDE - width), random.randint(0, SIDE - height)
        if faces.touches(left, top, width, height):
            return faces
        below = canvas[top : top + height, left : left + width]
        return joined([faces, _paste(head, scale, below).moved(left, top)])


def placement(
    scale: float,
    source: tuple[float, float],
    target: tuple[float, float],
    *,
    mirrored: bool = False,
    angle: float = 0.0,
) -> NDArray[np.float64]:
    """The matrix (2, 3) that scales, mirrors and turns (radians) a picture and puts `source` on `target`."""
    cosine, sine = math.cos(angle) * scale, math.sin(angle) * scale
    matrix = np.array([[cosine, -sine, 0], [sine, cosine, 0]], np.float64)
    if mirrored:
        matrix[:, 0] *= -1
    matrix[:, 2] = np.array(target) - matrix[:, :2] @ np.array(source)
    return matrix


def draw(photograph: Photograph, matrix: NDArray[np.float64], canvas: NDArray[np.uint8]) -> None:
    """Warp the photograph's best fitting level onto `canvas`; what it does not cover stays as it is."""
    scale = math.sqrt(abs(float(np.linalg.det(matrix[:, :2]))))
    level = 0
    while level < len(photograph.levels) - 1 and scale * 2**level < 0.6:
        level += 1
    full, used = photograph.levels[0].shape, photograph.levels[level].shape
    fitted = matrix.copy()
    fitted[:, 0] *= full[1] / used[1]
    fitted[:, 1] *= full[0] / used[0]
    # OpenCV counts pixels at their middles, labels at their edges: mirrored faces would lie a pixel aside.
    fitted[:, 2] += fitted[:, :2].sum(axis=1) / 2 - 0.5
    cv2.warpAffine(
        photograph.levels[level],
        fitted,
        (canvas.shape[1], canvas.shape[0]),
        dst=canvas,
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_TRANSPARENT,
    )


def _aims(photograph: Photograph) -> bool:
    """Three in four pictures are placed by one of their faces, as far as they have one."""
    return bool(photograph.faces.counted.any()) and random.random() < 0.8


def _aimed(photograph: Photograph, cell: NDArray[np.uint8], least: float, most: float) -> NDArray[np.float64]:
    """One face, drawn by weight, at a size drawn evenly over the logarithm, somewhere in the cell."""
    height, width = cell.shape[:2]
    faces = photograph.faces.chosen(photograph.faces.counted)
    index = random.choices(range(len(faces)), weights=(faces.weights**2).tolist())[0]
    size = float(faces.sizes[index])
    wanted = _log_uniform(SMALLEST, LARGEST * min(height, width))
    scale = min(max(wanted / size, least), most)
    left, top, across, down = faces.boxes[index].tolist()
    centre = (left + across / 2, top + down / 2)
    margin = min(0.5 * size * scale, 0.45 * min(height, width))
    target = (random.uniform(margin, width - margin), random.uniform(margin, height - margin))
    mirrored = random.random() < 0.5
    angle = _some_angle()
    if angle == 0:
        target = _kept_inside(photograph, scale, centre, target, (width, height), mirrored=mirrored)
    return placement(scale, centre, target, mirrored=mirrored, angle=angle)


def _anywhere(photograph: Photograph, cell: NDArray[np.uint8]) -> NDArray[np.float64]:
    (height, width), (rows, columns) = cell.shape[:2], photograph.levels[0].shape[:2]
    source = (random.uniform(0, columns), random.uniform(0, rows))
    target = (width / 2, height / 2)
    mirrored = random.random() < 0.5
    return placement(_log_uniform(0.45, 1.5), source, target, mirrored=mirrored, angle=_some_angle())


def _kept_inside(
    photograph: Photograph,
    scale: float,
    source: tuple[float, float],
    target: tuple[float, float],
    cell: tuple[int, int],
    *,
    mirrored: bool,
) -> tuple[float, float]:
    """The target moved so that the cell lies within the picture, where the picture is large enough."""
    rows, columns = photograph.levels[0].shape[:2]
    if scale * columns < cell[0] or scale * rows < cell[1]:
        return target
    before = ((columns - source[0] if mirrored else source[0]) * scale, source[1] * scale)
    left = min(max(target[0] - before[0], cell[0] - columns * scale), 0)
    top = min(max(target[1] - before[1], cell[1] - rows * scale), 0)
    return left + before[0], top + before[1]


def _paste(head: Photograph, scale: float, below: NDArray[np.uint8]) -> Faces:
    """Set the head upon `below`, often with a soft oval edge; its faces in `below`'s pixels."""
    height, width = below.shape[:2]
    left, top, across, down = head.faces.boxes[0].tolist()
    centre, middle = (left + across / 2, top + down / 2), (width / 2, height / 2)
    matrix = placement(scale, centre, middle, mirrored=random.random() < 0.5, angle=_some_angle())
    patch = below.copy()
    draw(head, matrix, patch)
    if random.random() < 0.6:
        oval = np.zeros((height, width), np.float32)
        cv2.ellipse(
            oval, (width // 2, height // 2), (int(width * 0.47), int(height * 0.48)), 0, 0, 360, 1, -1
        )
        oval = cv2.GaussianBlur(oval, (0, 0), max(0.6, width * 0.04))[..., None].astype(
            np.float32, copy=False
        )
        patch = (patch * oval + below * (1 - oval)).astype(np.uint8)
    below[:] = patch
    return head.faces.warped(matrix).clipped(width, height)


def _some_angle() -> float:
    return random.uniform(-0.3, 0.3) if random.random() < TURNS else 0.0


def _log_uniform(least: float, most: float) -> float:
    return math.exp(random.uniform(math.log(least), math.log(max(most, least))))
