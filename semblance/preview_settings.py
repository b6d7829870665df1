"""The settings of the pictures that clients may look at."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from inference.options import PreviewOptions
from semblance.part import Part
from stream.spec import PreviewMode  # noqa: TC001 - pydantic reads the annotation

_USUAL = PreviewOptions()


class Preview(Part):
    """Pictures of what was measured, made only while somebody watches; a stream may have its own mode."""

    mode: Annotated[
        PreviewMode, Field(description="full, blurred (faces are pixelated before they leave) or off.")
    ] = _USUAL.mode
    fps: Annotated[float, Field(gt=0, le=60, description="Pictures a second of each stream, at most.")] = (
        _USUAL.fps
    )
    width: Annotated[
        int, Field(ge=64, le=4096, description="Pixels of a picture's longer side, at most; never scaled up.")
    ] = _USUAL.width
    quality: Annotated[int, Field(ge=1, le=100, description="Of the JPEG.")] = _USUAL.quality

    def options(self) -> PreviewOptions:
        """The same, in the words of the inference package."""
        return PreviewOptions(**self.model_dump())
