"""Pictures of drawn people with their faces, as the detector's training takes them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.face.faces import Faces
from models.face.photographs import Photograph, photograph

if TYPE_CHECKING:
    from pathlib import Path


def load_rendered(path: Path) -> list[Photograph]:
    """The pictures of a file of arrays, each one face."""
    with np.load(path) as arrays:
        pictures, boxes, landmarks = arrays["pictures"], arrays["boxes"], arrays["landmarks"]
    one = np.ones(1)
    return [
        photograph(
            picture,
            Faces(
                box[None], points[None], one.astype(np.bool_), one.astype(np.float32), one.astype(np.bool_)
            ),
        )
        for picture, box, points in zip(pictures, boxes, landmarks, strict=True)
    ]
