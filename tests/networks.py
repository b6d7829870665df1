"""Networks that answer without a model, and manifests for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models import Crop, Decoder, Input, Manifest, Prior

if TYPE_CHECKING:
    from typing import Any, Literal

    from numpy.typing import NDArray

FACE_INPUT = Input("input", "float32", "NCHW", "bgr", None, None, 32, (0.0,), (1.0,))
EMOTION_INPUT = Input("x", "float32", "NCHW", "grey", 48, 48, None, (0.0,), (1.0,))
LABELS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")


def manifest(
    task: Literal["emotion", "face"],
    prior: Prior | None = None,
    temperature: float = 1.0,
    crop: Crop | None = Crop(1.0, "eyes"),  # noqa: B008 - frozen
) -> Manifest:
    face = task == "face"
    return Manifest(
        name=f"made-up-{task}",
        task=task,
        version="1",
        path=Path("nowhere.onnx"),
        sha256="",
        input=FACE_INPUT if face else EMOTION_INPUT,
        outputs=("s8", "s16", "s32") if face else ("y",),
        labels=("face",) if face else LABELS,
        prior=prior,
        temperature=temperature,
        crop=None if face else crop,
        licence="",
        trained_on=(),
        recipe=(),
        decoder=Decoder("cells", (8, 16, 32), None, relative=False, overlap=0.45) if face else None,
    )


@dataclass
class BrightCells:
    """A face network that sees a face, twice the cell's stride wide, in each cell of 16 px that is white."""

    on_gpu: bool = False
    shapes: list[tuple[int, ...]] = field(default_factory=list)

    def run(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        self.shapes.append(batch.shape)
        count, _, height, width = batch.shape
        scales = [np.zeros((count, 15, height // step, width // step), np.float32) for step in (8, 16, 32)]
        for scale in scales:
            scale[:, 0] = -10
        cells = batch[:, 0].reshape(count, height // 16, 16, width // 16, 16).mean((2, 4))
        scales[1][:, 0] = np.where(cells > 250, 3.0, -10.0)
        scales[1][:, 3:5] = np.log(2 / 3)
        assert len(outputs) == 3
        return scales


@dataclass
class Constant:
    """A classifier network that says the same of every crop."""

    logits: tuple[float, ...]
    on_gpu: bool = False
    shapes: list[tuple[int, ...]] = field(default_factory=list)
    batches: list[NDArray[Any]] = field(default_factory=list)

    def run(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        assert outputs == ("y",)
        self.shapes.append(batch.shape)
        self.batches.append(batch.copy())
        return [np.tile(np.array(self.logits, np.float32), (len(batch), 1))]


@dataclass
class Judging:
    """A classifier network that says the same of every crop, and takes the brighter for the more readable."""

    logits: tuple[float, ...]
    steep: float = 0.1
    on_gpu: bool = False

    def run(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        assert len(outputs) == 2
        brightness = batch.reshape(len(batch), -1).mean(1, keepdims=True)
        logits = np.tile(np.array(self.logits, np.float32), (len(batch), 1))
        return [logits, ((brightness - 100) * self.steep).astype(np.float32)]
