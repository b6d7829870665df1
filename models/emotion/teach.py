"""Writes what networks say of faces, for a smaller one to learn: `python -m models.emotion.teach`.

Of FER+'s training faces and of the photographs' bare ones (`photographs.py`): the mean over the networks, of
each picture and its mirror image (Hinton et al. 2015, distillation of an ensemble).
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from models import data_folder
from models.emotion import ferplus
from models.emotion.network import restored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.emotion.network import Network

log = logging.getLogger("models.emotion.teach")

AT_ONCE = 256


def taught(networks: Sequence[Network], pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The shares (n, 8) that the networks together give the pictures (n, 48, 48)."""
    parts = [
        _shares(networks, pictures[start : start + AT_ONCE]) for start in range(0, len(pictures), AT_ONCE)
    ]
    return np.concatenate(parts)


def _shares(networks: Sequence[Network], pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    faces = torch.from_numpy(pictures)[:, None].float().contiguous(memory_format=torch.channels_last)
    both = torch.cat([faces, faces.flip(3)])
    total = torch.zeros(len(faces), len(ferplus.LABELS))
    for network in networks:
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            logits = network(both)[:, : len(ferplus.LABELS)]
        total += sum(torch.softmax(logits.float(), 1).chunk(2))
    mean: NDArray[np.float32] = (total / (2 * len(networks))).numpy()
    return mean


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoints", type=Path, nargs="+", help="of models.emotion.train")
    data_folder.add_option(parser)
    parser.add_argument("--photographs", type=Path, default=Path(".training/photographs.npz"))
    parser.add_argument("--output", type=Path, default=Path(".training/taught.npz"))
    options = parser.parse_args()
    networks = [restored(path) for path in options.checkpoints]
    faces = ferplus.for_training(options.data)
    with np.load(options.photographs) as arrays:
        photographs = arrays["readable"]
    shares = taught(networks, faces.pictures)
    np.savez(options.output, ferplus=shares, photographs=taught(networks, photographs))
    agreed = float((shares.argmax(1) == faces.shares.argmax(1)).mean())
    log.info("%d networks agree with the votes on %.3f of FER+: %s", len(networks), agreed, options.output)


if __name__ == "__main__":
    main()
