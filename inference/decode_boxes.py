"""The layout "boxes": a list of boxes that the network has decoded itself, and the score of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.candidates import LayoutError, check_shape, distinct
from inference.detections import Detections

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from numpy.typing import NDArray


_ROUNDING = 0.01


class DecodeBoxes:
    """`outputs` are boxes (n, k, 4), scores (n, k) or (n, k, 1 or 2), and perhaps landmarks (n, k, 10).

    They are told apart by their shapes. Of two scores the second is the face's, the first the background's;
    above 1 is 1.
    """

    def __init__(
        self, boxes: Literal["corners", "sizes", "centres"], *, relative: bool, overlap: float
    ) -> None:
        self._boxes = boxes
        self._relative = relative
        self._overlap = overlap

    @np.errstate(over="ignore", invalid="ignore")  # what is no number is left out
    def __call__(
        self, outputs: Sequence[NDArray[np.float32]], sides: tuple[int, int], pictures: int, threshold: float
    ) -> list[Detections]:
        boxes, scores, landmarks = _told_apart(outputs)
        picture, index = np.nonzero(scores[:pictures] > threshold)
        unit = np.array(sides if self._relative else (1, 1), np.float32)
        found = Detections(
            self._upright(boxes[picture, index]) * np.tile(unit, 2),
            None if landmarks is None else landmarks[picture, index] * unit,
            np.minimum(scores[picture, index], 1),
        )
        return distinct(found, picture, pictures, sides, self._overlap)

    def _upright(self, numbers: NDArray[np.float32]) -> NDArray[np.float32]:
        """Left, top, width, height of each box."""
        first, second = numbers[:, :2], numbers[:, 2:]
        match self._boxes:
            case "corners":
                return np.concatenate((first, second - first), 1)
            case "centres":
                return np.concatenate((first - second / 2, second), 1)
            case "sizes":
                return numbers


def check_scores(outputs: Sequence[NDArray[np.float32]]) -> None:
    """Raise `LayoutError` unless the scores are shares, but for what rounding makes of them."""
    _, scores, _ = _told_apart(outputs)
    known = scores[~np.isnan(scores)]
    low, high = float(known.min(initial=0)), float(known.max(initial=0))
    if low < -_ROUNDING or high > 1 + _ROUNDING:
        raise LayoutError(
            f"scores lie from {low:.3g} to {high:.3g}, not from 0 to 1; most likely these are logits, of "
            "which a sigmoid or softmax at the end of the network makes scores"
        )


def _told_apart(
    outputs: Sequence[NDArray[np.float32]],
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32] | None]:
    """The boxes (n, k, 4), the scores (n, k) and the landmarks (n, k, 5, 2)."""
    boxes = [output for output in outputs if output.ndim == 3 and output.shape[2] == 4]
    scores = [output for output in outputs if output.ndim == 2 or (output.ndim == 3 and output.shape[2] < 3)]
    landmarks = [output for output in outputs if output.shape[2:] in ((10,), (5, 2))]
    if (len(boxes), len(scores), len(landmarks)) != (1, 1, len(outputs) - 2):
        shown = " and ".join(str(output.shape) for output in outputs)
        raise LayoutError(
            f"the outputs have the shapes {shown}, not (n, k, 4) for boxes, (n, k), (n, k, 1) or (n, k, 2) "
            "for scores and, if there is a third, (n, k, 10) for landmarks"
        )
    of_face = scores[0] if scores[0].ndim == 2 else scores[0][..., -1]
    check_shape(of_face, boxes[0].shape[:2], "the output of scores")
    points = landmarks[0].reshape(*landmarks[0].shape[:2], 5, 2) if landmarks else None
    return boxes[0], of_face, points
