"""Writes a training's averaged network as the detector that ships: `python -m models.face.export`."""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import torch
from torch import nn

from models.face.network import STRIDES, Network
from models.release import release

INPUT = "input"
OUTPUTS = [f"s{stride}" for stride in STRIDES]
PIXEL_SCALE = 1 / 128


class Packed(nn.Module):  # type: ignore[misc]
    """Takes pictures as they lie in memory, bytes (n, height, width, 3).

    To part the colours and widen them inside the file takes no longer than the file alone with floats;
    outside it would be a pass over each picture more, and on a GPU four times the bytes to carry.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return tuple(self.network(pictures.permute(0, 3, 1, 2).float()))


def export(checkpoint: Path, path: Path) -> None:
    """The ONNX file of a checkpoint's averaged network, for pixels 0..255, of any batch and size."""
    network = Network().eval()
    network.load_state_dict(torch.load(checkpoint, weights_only=True)["averaged"])
    network.stem[0][0].weight.data *= PIXEL_SCALE
    axes = {0: "batch", 1: "height", 2: "width"}
    with warnings.catch_warnings():
        # The tracing exporter is deprecated, but folds batch normalisation in and needs no further package.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Packed(network),
            (torch.zeros((2, 192, 320, 3), dtype=torch.uint8),),
            str(path),
            input_names=[INPUT],
            output_names=OUTPUTS,
            dynamic_axes={INPUT: axes} | {name: _grid(name) for name in OUTPUTS},
            opset_version=17,
            dynamo=False,
        )


def _grid(name: str) -> dict[int, str]:
    return {0: "batch", 2: f"height of {name}", 3: f"width of {name}"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=Path(".training/face.pt"))
    parser.add_argument("--output", type=Path, default=Path(".training/face.onnx"))
    parser.add_argument(
        "--release", metavar="VERSION", help="ship it: renew the manifest beside the output too"
    )
    options = parser.parse_args()
    export(options.checkpoint, options.output)
    if options.release:
        release(options.output, options.release, inputs=INPUT, outputs=OUTPUTS, dtype="uint8", layout="NHWC")


if __name__ == "__main__":
    main()
