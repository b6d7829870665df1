"""A training's state in a file, from which it can go on after a break."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn


def save(
    path: Path, network: nn.Module, averaged: nn.Module, optimiser: torch.optim.Optimizer, **progress: int
) -> None:
    """Writes all of it; a break in the middle leaves the file that was there before."""
    state = {
        "network": network.state_dict(),
        "averaged": averaged.state_dict(),
        "optimiser": optimiser.state_dict(),
        **progress,
    }
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def resume(
    path: Path, network: nn.Module, averaged: nn.Module, optimiser: torch.optim.Optimizer, progress: str
) -> int:
    """Fills networks and optimiser from the file; gives how far the training was, saved as `progress`."""
    state = torch.load(path, weights_only=True)
    network.load_state_dict(state["network"])
    averaged.load_state_dict(state["averaged"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state[progress])
