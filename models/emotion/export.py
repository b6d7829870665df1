"""Writes a training's averaged network as the classifier that ships: `python -m models.emotion.export`."""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import nn

from models import data_folder
from models.emotion.ferplus import LABELS, for_training
from models.emotion.network import restored
from models.emotion.settle import settle
from models.release import release

if TYPE_CHECKING:
    from models.emotion.network import Network

INPUT, OUTPUTS = "faces", ("logits", "readability")


class Separated(nn.Module):  # type: ignore[misc, unused-ignore]
    """The network with its emotions and its readability as two outputs."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits = self.network(pictures)
        return logits[:, : len(LABELS)], logits[:, len(LABELS) :]


def export(network: Network, path: Path) -> None:
    """The ONNX file of a network; any number of faces at once."""
    separated = Separated(network).eval()
    with warnings.catch_warnings():
        # The tracing exporter is deprecated, but folds batch normalisation in and needs no further package.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            separated,
            (torch.zeros(2, 1, 48, 48),),
            str(path),
            input_names=[INPUT],
            output_names=list(OUTPUTS),
            dynamic_axes={name: {0: "faces"} for name in (INPUT, *OUTPUTS)},
            opset_version=17,
            dynamo=False,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    data_folder.add_option(parser)
    parser.add_argument("--checkpoint", type=Path, default=Path(".training/emotion.pt"))
    parser.add_argument("--output", type=Path, default=Path(".training/emotion.onnx"))
    parser.add_argument(
        "--release", metavar="VERSION", help="ship it: renew the manifest beside the output too"
    )
    options = parser.parse_args()
    network, faces = restored(options.checkpoint), for_training(options.data)
    settle(network, faces.pictures)
    export(network, options.output)
    if options.release:
        shares = {label: round(float(share), 5) for label, share in zip(LABELS, faces.prior, strict=True)}
        release(options.output, options.release, inputs=INPUT, outputs=OUTPUTS, prior=shares)


if __name__ == "__main__":
    main()
