"""Batch normalisation measured anew on faces as they are: training showed it turned, covered and mixed ones.

"Precise batch normalisation" (Wu and Johnson 2021). On FER+ validation it is worth four points of mean recall
at the same accuracy; on the acted clips it makes no difference. What is covered is told more surely.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.emotion.network import Network

FACES, AT_ONCE = 8192, 256


def settle(network: Network, pictures: NDArray[np.uint8]) -> None:
    """Replaces each layer's running mean and variance by those over some of the pictures (n, 48, 48)."""
    layers = [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None  # the plain mean over all batches
        layer.train()
    some = np.random.default_rng(0).permutation(len(pictures))[:FACES]
    with torch.no_grad():
        for start in range(0, len(some), AT_ONCE):
            network(torch.from_numpy(pictures[some[start : start + AT_ONCE]])[:, None].float())
    network.eval()
