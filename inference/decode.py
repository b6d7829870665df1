"""How a detector's outputs are read into faces, whichever of the known layouts they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from inference.decode_boxes import DecodeBoxes
from inference.decode_cells import DecodeCells
from inference.decode_yunet import DecodeYuNet
from models import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from inference.detections import Detections
    from models import Manifest


class Decode(Protocol):
    """Reads the outputs of one run of a detector."""

    def __call__(
        self, outputs: Sequence[NDArray[np.float32]], sides: tuple[int, int], pictures: int, threshold: float
    ) -> list[Detections]:
        """The faces in each of the first `pictures` of the batch, scored above `threshold`, best first.

        `outputs` are in the order of the manifest, `sides` the width and height of the input; boxes and
        landmarks are in its pixels. Raises `LayoutError` where the outputs are not shaped as they should be.
        """
        ...


def decoder(manifest: Manifest) -> Decode:
    """The decoder of a detector. Raises `ModelError` where its manifest names none, or too few outputs."""
    rule = manifest.decoder
    if rule is None:
        raise ModelError(
            f'The manifest of {manifest.name} does not say how its outputs are read; it needs a "decoder".'
        )
    outputs = len(manifest.outputs)
    match rule.layout:
        case "cells":
            _check(manifest.name, outputs, {len(rule.strides)}, "cells wants one for each stride")
            return DecodeCells(rule.strides, rule.overlap)
        case "yunet":
            _check(manifest.name, outputs, {4 * len(rule.strides)}, "yunet wants four for each stride")
            return DecodeYuNet(rule.strides, rule.overlap)
        case "boxes":
            _check(manifest.name, outputs, {2, 3}, "boxes wants boxes, scores and perhaps landmarks")
            return DecodeBoxes(rule.boxes or "corners", relative=rule.relative, overlap=rule.overlap)


def _check(name: str, outputs: int, right: set[int], wants: str) -> None:
    if outputs not in right:
        raise ModelError(f"The manifest of {name} names {outputs} outputs, but the layout {wants}.")
