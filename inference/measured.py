"""A reading together with the frame it was made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from inference.reading import Reading
    from stream.frame import Frame


@dataclass(frozen=True, slots=True)
class Measured:
    """What inference hands on of a frame. The pixels are for a preview alone and go no further.

    `suspects` (n, 4) left, top, width, height are all the places where the detector saw what might be a face:
    those of the reading, and those it was not sure enough of to report. `whole`: it was asked to see
    all of the picture, so that nobody went unseen for a moment.
    """

    reading: Reading
    frame: Frame
    suspects: NDArray[np.float32]
    whole: bool = True
