"""The classifier's network: a plain residual network of 3x3 convolutions, 36 M multiply-adds a face."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from models.emotion.ferplus import LABELS

if TYPE_CHECKING:
    from pathlib import Path

WIDTHS = (24, 32, 64, 128)
OUTPUTS = len(LABELS) + 1


class Network(nn.Module):  # type: ignore[misc, unused-ignore]
    """Grey pictures (n, 1, 48, 48) of 0..255 in; logits (n, 9) out.

    The first eight are the emotions in the order of `LABELS`, the last says how readable the face is.
    """

    def __init__(self, widths: tuple[int, int, int, int] = WIDTHS, dropout: float = 0.4) -> None:
        super().__init__()
        first, second, third, fourth = widths
        self.features = nn.Sequential(
            convolution(1, first),
            convolution(first, second, stride=2),
            convolution(second, second),
            convolution(second, third, stride=2),
            Residual(third),
            convolution(third, fourth, stride=2),
            Residual(fourth),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Dropout(dropout),
        )
        self.head = nn.Linear(fourth, OUTPUTS)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        # The normalisation is part of the network, so that no caller can get it wrong.
        return self.head(self.features((pictures - 128) / 64))


def restored(checkpoint: Path) -> Network:
    """The averaged network of a training's checkpoint, of whatever widths, ready to read faces."""
    state = torch.load(checkpoint, weights_only=True)["averaged"]
    first, second, third = (int(state[f"features.{layer}.0.weight"].shape[0]) for layer in (0, 1, 3))
    network = Network((first, second, third, int(state["head.weight"].shape[1])))
    network.load_state_dict(state)
    network.eval()
    network.to(memory_format=torch.channels_last)
    return network


class Residual(nn.Module):  # type: ignore[misc, unused-ignore]
    """Two convolutions around which the input is added back."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = convolution(channels, channels)
        self.second = convolution(channels, channels, activated=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x + self.second(self.first(x)))


def convolution(entering: int, leaving: int, stride: int = 1, activated: bool = True) -> nn.Sequential:
    """A 3x3 convolution, batch normalisation and, where `activated`, a ReLU."""
    layers: list[nn.Module] = [
        nn.Conv2d(entering, leaving, 3, stride, 1, bias=False),
        nn.BatchNorm2d(leaving),
    ]
    if activated:
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)
