"""The detector's network: dense 3x3 convolutions, a three-level pyramid, one small head a level.

242,000 parameters, 66.9 M multiply-adds at 320x192: 0.6 of YuNet's time on a CPU.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

STRIDES = (8, 16, 32)
CHANNELS = 15
"""Of each cell: score logit, centre dx dy, log of width and height, dx dy of five landmarks."""
WIDTHS = (8, 24, 32, 64, 64)
PYRAMID = 32


class Network(nn.Module):  # type: ignore[misc, unused-ignore]
    """BGR pictures (n, 3, h, w), sides multiples of 32, of 0..2 in; per stride a tensor (n, 15, h, w) out.

    Pixels are divided by 128 by the trainer; `export.py` folds that into the first convolution.
    """

    def __init__(self) -> None:
        super().__init__()
        stem, at4, at8, at16, at32 = WIDTHS
        self.stem = nn.Sequential(convolution(3, stem, stride=2), convolution(stem, at4, stride=2))
        self.stage8 = stage(at4, at8)
        self.stage16 = stage(at8, at16)
        self.stage32 = stage(at16, at32)
        self.lateral8 = convolution(at8, PYRAMID, kernel=1, activated=False)
        self.lateral16 = convolution(at16, PYRAMID, kernel=1, activated=False)
        self.lateral32 = convolution(at32, PYRAMID, kernel=1)
        self.necks = nn.ModuleList(neck() for _ in STRIDES)
        self.outputs = nn.ModuleList(output() for _ in STRIDES)

    def forward(self, pictures: torch.Tensor) -> list[torch.Tensor]:
        return self.read(self.features(pictures))

    def features(self, pictures: torch.Tensor) -> list[torch.Tensor]:
        """What the heads read, per stride; these layers bear half precision."""
        at8 = self.stage8(self.stem(pictures))
        at16 = self.stage16(at8)
        level32 = self.lateral32(self.stage32(at16))
        level16 = torch.relu(self.lateral16(at16) + doubled(level32))
        level8 = torch.relu(self.lateral8(at8) + doubled(level16))
        levels = (level8, level16, level32)
        return [neck(level) for neck, level in zip(self.necks, levels, strict=True)]

    def read(self, features: list[torch.Tensor]) -> list[torch.Tensor]:
        """The last layers, which want full precision: sizes and places come out of them."""
        return [output(feature) for output, feature in zip(self.outputs, features, strict=True)]


class Residual(nn.Module):  # type: ignore[misc, unused-ignore]
    """One convolution around which the input is added back: one fused operation in ONNX Runtime."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.convolution = convolution(channels, channels, activated=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.convolution(x) + x)


def stage(entering: int, leaving: int) -> nn.Sequential:
    return nn.Sequential(convolution(entering, leaving, stride=2), Residual(leaving), Residual(leaving))


def neck() -> nn.Sequential:
    depthwise = convolution(PYRAMID, PYRAMID, groups=PYRAMID, activated=False)
    return nn.Sequential(depthwise, convolution(PYRAMID, PYRAMID, kernel=1))


def output() -> nn.Conv2d:
    """A last layer that at first believes in a face with a probability of 1 %."""
    layer = nn.Conv2d(PYRAMID, CHANNELS, 1)
    nn.init.normal_(layer.weight, std=0.01)
    nn.init.zeros_(layer.bias)
    layer.bias.data[0] = -4.6
    return layer


def doubled(x: torch.Tensor) -> torch.Tensor:
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")


def convolution(
    entering: int,
    leaving: int,
    kernel: int = 3,
    stride: int = 1,
    groups: int = 1,
    activated: bool = True,
) -> nn.Sequential:
    """A convolution, batch normalisation and, where `activated`, a ReLU."""
    layers: list[nn.Module] = [
        nn.Conv2d(entering, leaving, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(leaving, momentum=0.03),
    ]
    if activated:
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)
