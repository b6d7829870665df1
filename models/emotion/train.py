"""Trains the classifier: `python -m models.emotion.train`.

From FER+ and, where they are given, drawn faces (`rendered.py`), photographs (`photographs.py`) and what
larger networks say of all of them (`teach.py`). The state is kept after every epoch; the same command goes on
where it stopped.
"""

from __future__ import annotations

import argparse
import copy
import logging
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from models import checkpoint, data_folder
from models.emotion import ferplus, material
from models.emotion.network import WIDTHS, Network, restored

if TYPE_CHECKING:
    from models.emotion.material import Batch, Material

log = logging.getLogger("models.emotion.train")

MOMENTUM, WEIGHT_DECAY, WARM_UP, AVERAGING = 0.9, 5e-4, 0.15, 0.999
READABILITY = 0.25
"""The weight of readability in the loss."""


class Training:
    """A network, its moving average, and the state of the optimiser between two epochs."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        network = restored(options.start) if options.start else Network(tuple(options.widths))
        self.network = network.to(memory_format=torch.channels_last)
        self.averaged = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.optimiser = torch.optim.SGD(
            self.network.parameters(),
            options.rate,
            momentum=MOMENTUM,
            weight_decay=WEIGHT_DECAY,
            nesterov=True,
        )
        self.epoch = 0

    def resume(self, path: Path) -> None:
        self.epoch = checkpoint.resume(path, self.network, self.averaged, self.optimiser, "epoch")

    def save(self, path: Path) -> None:
        checkpoint.save(path, self.network, self.averaged, self.optimiser, epoch=self.epoch)

    def run_epoch(self, faces: Material) -> float:
        """One pass over the voted faces; the mean loss."""
        self.network.train()
        order = torch.randperm(len(faces.voted.pictures))
        total = torch.zeros(())
        for step in range(faces.steps):
            self._set_rate((self.epoch + step / faces.steps) / self.options.epochs)
            batch = faces.batch_of(order[step * faces.batch : (step + 1) * faces.batch])
            loss = self._loss(batch)
            self.optimiser.zero_grad(set_to_none=True)
            loss.backward()
            self.optimiser.step()
            self._average(self.epoch * faces.steps + step)
            total += loss.detach()
        self.epoch += 1
        mean: float = total.item() / faces.steps
        return mean

    def _loss(self, batch: Batch) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=self.options.bfloat16):
            logits = self.network(batch.pictures.contiguous(memory_format=torch.channels_last))
        emotions, readability = logits.float()[:, : material.LABELS], logits.float()[:, material.LABELS]
        entropy = -(batch.shares * functional.log_softmax(emotions - batch.corrections, 1)).sum(1)
        blindness = functional.binary_cross_entropy_with_logits(readability, batch.readable)
        return entropy.sum() / batch.readable.sum() + READABILITY * blindness

    def _set_rate(self, progress: float) -> None:
        for group in self.optimiser.param_groups:
            group["lr"] = self.options.rate * one_cycle(progress)

    def _average(self, step: int) -> None:
        keep = min(AVERAGING, (1 + step) / (10 + step))
        states = zip(self.averaged.state_dict().values(), self.network.state_dict().values(), strict=True)
        for mean, now in states:
            if mean.dtype.is_floating_point:
                mean.lerp_(now.detach(), 1 - keep)
            else:
                mean.copy_(now)


def one_cycle(progress: float) -> float:
    """The learning rate's share at `progress` 0..1: a cosine up from 1/25, then a cosine down to nothing."""
    if progress < WARM_UP:
        return 0.04 + 0.96 * (1 - math.cos(math.pi * progress / WARM_UP)) / 2
    return (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP))) / 2


def accuracy(network: Network, faces: ferplus.Faces) -> float:
    """The share of `faces` whose highest logit is their label."""
    network.eval()
    right = 0
    for start in range(0, len(faces.pictures), 512):
        pictures = torch.from_numpy(faces.pictures[start : start + 512])[:, None].float()
        expected = torch.from_numpy(faces.shares[start : start + 512]).argmax(1)
        with torch.no_grad():
            guessed = network(pictures)[:, : material.LABELS].argmax(1)
        right += int((guessed == expected).sum())
    return right / len(faces.pictures)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    data_folder.add_option(parser)
    parser.add_argument("--checkpoint", type=Path, default=Path(".training/emotion.pt"))
    parser.add_argument("--start", type=Path, help="another training's checkpoint to begin with its weights")
    parser.add_argument("--widths", type=int, nargs=4, default=WIDTHS, help="channels of the four stages")
    parser.add_argument("--epochs", type=int, default=44)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--bfloat16", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--rendered", type=Path, help="written by models.emotion.rendered")
    parser.add_argument("--photographs", type=Path, help="written by models.emotion.photographs")
    parser.add_argument("--taught", type=Path, help="written by models.emotion.teach")
    parser.add_argument(
        "--tau", type=float, default=0.6, help="the prior correction drawn faces are learnt at"
    )
    return parser.parse_args()


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    options = arguments()
    torch.set_num_threads(options.threads)
    training = Training(options)
    options.checkpoint.parent.mkdir(parents=True, exist_ok=True)
    if options.checkpoint.exists():
        training.resume(options.checkpoint)
        log.info("going on after epoch %d", training.epoch)
    faces = material.load(
        options.data,
        tau=options.tau,
        batch=options.batch,
        drawn=options.rendered,
        photographs=options.photographs,
        taught=options.taught,
    )
    held_back = ferplus.for_scoring(options.data)
    while training.epoch < options.epochs:
        torch.manual_seed(options.seed + training.epoch)
        started = time.monotonic()
        loss = training.run_epoch(faces)
        training.save(options.checkpoint)
        scored, seconds = accuracy(training.averaged, held_back), time.monotonic() - started
        log.info("epoch %d loss %.4f valid %.4f %.0f s", training.epoch, loss, scored, seconds)


if __name__ == "__main__":
    main()
