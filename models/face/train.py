"""Trains the detector: `python -m models.face.train`, after `python -m models.face.teacher`.

The state is kept every 200 steps; the same command goes on where it stopped.
"""

from __future__ import annotations

import argparse
import copy
import logging
import math
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from models import checkpoint, data_folder
from models.face import photographs
from models.face.assign import Labels
from models.face.cells import cells_of
from models.face.compose import SIDE, Composer
from models.face.faces import Faces, joined
from models.face.loss import loss_of
from models.face.network import Network

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger("models.face.train")

RATE, DECAY, WARM_UP, AVERAGING, CLIP = 3e-3, 0.03, 300, 0.998, 10.0
KEEP_EVERY = 200


class Batches(IterableDataset):  # type: ignore[misc, unused-ignore]
    """Batches for ever: pictures (n, 256, 256, 3) uint8 and their labels."""

    def __init__(self, composer: Composer, size: int, seed: int) -> None:
        self._composer, self._size, self._seed = composer, size, seed

    def __iter__(self) -> Iterator[tuple[torch.Tensor, Labels]]:
        worker = get_worker_info()
        seed = self._seed + (worker.id if worker else 0)
        random.seed(seed)
        np.random.seed(seed % 2**32)
        cv2.setNumThreads(0)
        torch.set_num_threads(1)
        while True:
            drawn = [self._composer.picture() for _ in range(self._size)]
            pictures = torch.from_numpy(np.stack([picture for picture, _ in drawn]))
            yield pictures, labels_of([faces for _, faces in drawn])


class Training:
    """A network, its moving average, and the state of the optimiser between two steps."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.network = Network().to(memory_format=torch.channels_last)
        self.averaged = copy.deepcopy(self.network).eval().requires_grad_(False)
        matrices = [p for p in self.network.parameters() if p.ndim > 1]
        vectors = [p for p in self.network.parameters() if p.ndim <= 1]
        groups = [{"params": matrices, "weight_decay": DECAY}, {"params": vectors, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98))
        self.cells = cells_of(SIDE, SIDE)
        self.step = 0

    def resume(self, path: Path) -> None:
        self.step = checkpoint.resume(path, self.network, self.averaged, self.optimiser, "step")

    def save(self, path: Path) -> None:
        checkpoint.save(path, self.network, self.averaged, self.optimiser, step=self.step)

    def learn(self, pictures: torch.Tensor, labels: Labels) -> torch.Tensor:
        """One step; the parts of its loss."""
        for group in self.optimiser.param_groups:
            group["lr"] = RATE * rate(self.step, self.options.steps)
        self.network.train()
        x = (pictures.permute(0, 3, 1, 2).float() / 128).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.options.bfloat16):
            features = self.network.features(x)
        outputs = self.network.read([feature.float() for feature in features])
        parts = loss_of(outputs, labels, self.cells)
        self.optimiser.zero_grad(set_to_none=True)
        parts.sum().backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), CLIP)
        self.optimiser.step()
        self._average()
        self.step += 1
        return parts.detach()

    def _average(self) -> None:
        keep = min(AVERAGING, (1 + self.step) / (20 + self.step))
        states = zip(self.averaged.state_dict().values(), self.network.state_dict().values(), strict=True)
        for mean, now in states:
            if mean.dtype.is_floating_point:
                mean.lerp_(now.detach(), 1 - keep)
            else:
                mean.copy_(now)


def rate(step: int, steps: int) -> float:
    """The learning rate's share at a step: a short rise, then a cosine down to a hundredth."""
    return min(1.0, (step + 1) / WARM_UP) * (0.01 + 0.99 * (1 + math.cos(math.pi * step / steps)) / 2)


def labels_of(batch: list[Faces]) -> Labels:
    """The faces of all pictures of a batch as tensors."""
    faces = joined(batch)
    picture = np.repeat(np.arange(len(batch)), [len(part) for part in batch])
    corners = np.concatenate([faces.boxes[:, :2], faces.boxes[:, :2] + faces.boxes[:, 2:]], axis=1)
    return Labels(
        picture=torch.from_numpy(picture),
        corners=torch.from_numpy(corners),
        landmarks=torch.from_numpy(faces.landmarks.reshape(-1, 10)),
        marked=torch.from_numpy(faces.marked.astype(np.float32)),
        weights=torch.from_numpy(faces.weights),
        counted=torch.from_numpy(faces.counted),
    )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    data_folder.add_option(parser)
    parser.add_argument("--teacher", type=Path, default=Path(".training/teacher.npz"))
    parser.add_argument("--checkpoint", type=Path, default=Path(".training/face.pt"))
    parser.add_argument("--steps", type=int, default=7000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--bfloat16", action=argparse.BooleanOptionalAction, default=True)
    return parser.parse_args()


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    options = arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    training = Training(options)
    options.checkpoint.parent.mkdir(parents=True, exist_ok=True)
    if options.checkpoint.exists():
        training.resume(options.checkpoint)
        log.info("going on after step %d", training.step)
    with np.load(options.teacher) as finds:
        collection = photographs.for_training(options.data, finds)
    log.info("%d scenes, %d portraits", len(collection.scenes), len(collection.portraits))
    # A resumed training must not see the pictures of its first steps again.
    batches = Batches(Composer(collection), options.batch, options.seed + training.step)
    loader = DataLoader(batches, batch_size=None, num_workers=1, prefetch_factor=4)
    _run(training, iter(loader), options)


def _run(
    training: Training, batches: Iterator[tuple[torch.Tensor, Labels]], options: argparse.Namespace
) -> None:
    total, started = torch.zeros(3), time.monotonic()
    while training.step < options.steps:
        total += training.learn(*next(batches))
        if training.step % KEEP_EVERY == 0:
            training.save(options.checkpoint)
            each = (time.monotonic() - started) / KEEP_EVERY
            score, box, points = (total / KEEP_EVERY).tolist()
            log.info(
                "step %d scores %.3f boxes %.3f landmarks %.3f, %.2f s a step",
                *(training.step, score, box, points, each),
            )
            total, started = torch.zeros(3), time.monotonic()
    training.save(options.checkpoint)


if __name__ == "__main__":
    main()
