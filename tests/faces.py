"""Detections and pictures made up for the tests of inference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.detections import NONE, Detections
from stream.frame import Frame, Grey

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stream.frame import Part

# A frontal face in a box of size 1: eyes, nose, corners of the mouth.
FRONTAL = np.array(((0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.35, 0.8), (0.65, 0.8)), np.float32)


def detections(*faces: tuple[float, float, float, float]) -> Detections:
    """Faces by centre x and y, side and score; as a detector gives them, best first."""
    if not faces:
        return NONE
    ordered = np.array(sorted(faces, key=lambda face: -face[3]), np.float32)
    corners = ordered[:, :2] - ordered[:, 2:3] / 2
    sides = ordered[:, 2:3]
    return Detections(
        np.concatenate((corners, sides, sides), 1),
        corners[:, None] + FRONTAL[None] * sides[:, None],
        ordered[:, 3],
    )


class Painted:
    """Pixels of an array of luma, grey in all three colours."""

    def __init__(self, luma: NDArray[np.uint8]) -> None:
        self._luma = luma
        self.asked: list[tuple[int, int]] = []
        self.width, self.height = int(luma.shape[1]), int(luma.shape[0])

    def bgr(self, width: int, height: int) -> NDArray[np.uint8]:
        self.asked.append((width, height))
        rows = np.arange(height) * self.height // height
        columns = np.arange(width) * self.width // width
        return np.repeat(self._luma[rows[:, None], columns[None], None], 3, 2)

    def part(self, part: Part) -> NDArray[np.uint8]:
        rows = slice(part.top, part.top + part.height, part.shrink)
        columns = slice(part.left, part.left + part.width, part.shrink)
        return np.repeat(self._luma[rows, columns, None], 3, 2)

    def grey(self) -> Grey:
        return Grey(self._luma)

    def planes(self) -> None:
        return None


def white_square(left: int, top: int, width: int = 320, height: int = 192) -> Painted:
    """A dark picture in which `networks.BrightCells` sees a face of 32 px about the cell at (left, top)."""
    luma = np.zeros((height, width), np.uint8)
    luma[top : top + 16, left : left + 16] = 255
    return Painted(luma)


def frame(pixels: Painted, sequence: int = 0, stream: str = "lobby", pts: float | None = None) -> Frame:
    """Captured ten times a second."""
    return Frame(stream, sequence, 100 + sequence / 10, 1_700_000_000 + sequence / 10, pts, pixels)
