"""Trains the classifier: `python -m models.emotion.train`.

FER+ alone up to `--rendered-from`, then with a share of rendered faces in every batch (see `rendered.py`).
The state is kept after every epoch; the same command goes on where it stopped.
"""

from __future__ import annotations

import argparse
import copy
import logging
import math
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from models import checkpoint
from models.emotion import ferplus
from models.emotion.augment import augment, mixed
from models.emotion.network import WIDTHS, Network

log = logging.getLogger("models.emotion.train")

MOMENTUM, WEIGHT_DECAY, WARM_UP, AVERAGING = 0.9, 5e-4, 0.15, 0.999


@dataclass(frozen=True, slots=True)
class Faces:
    """Pictures (n, 1, 48, 48) uint8 with the shares of the eight labels (n, 8) float32, as tensors."""

    pictures: torch.Tensor
    shares: torch.Tensor

    @classmethod
    def of(cls, faces: ferplus.Faces) -> Faces:
        return cls(torch.from_numpy(faces.pictures)[:, None], torch.from_numpy(faces.shares))

    def some(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        chosen = torch.randint(len(self.pictures), (count,))
        return self.pictures[chosen], self.shares[chosen]


class Training:
    """A network, its moving average, and the state of the optimiser between two epochs."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.network = Network(tuple(options.widths)).to(memory_format=torch.channels_last)
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

    def run_epoch(self, real: Faces, rendered: Faces | None, correction: torch.Tensor) -> float:
        """One pass over `real`; the mean loss. `correction` is what inference subtracts from the logits."""
        self.network.train()
        batch = self.options.batch
        order = torch.randperm(len(real.pictures))
        steps = len(order) // batch
        total = torch.zeros(())
        for step in range(steps):
            self._set_rate((self.epoch + step / steps) / self.options.epochs)
            chosen = order[step * batch : (step + 1) * batch]
            loss = self._loss(real.pictures[chosen], real.shares[chosen], rendered, correction)
            self.optimiser.zero_grad(set_to_none=True)
            loss.backward()
            self.optimiser.step()
            self._average(self.epoch * steps + step)
            total += loss.detach()
        self.epoch += 1
        mean: float = total.item() / steps
        return mean

    def _loss(
        self,
        pictures: torch.Tensor,
        shares: torch.Tensor,
        rendered: Faces | None,
        correction: torch.Tensor,
    ) -> torch.Tensor:
        pictures = augment(pictures)
        if torch.rand(()) < 0.5:
            pictures, shares = mixed(pictures, shares)
        corrections = torch.zeros_like(shares)
        if rendered is not None:
            drawn, drawn_shares = rendered.some(round(len(pictures) * self.options.rendered_share))
            pictures = torch.cat([pictures, augment(drawn)])
            shares = torch.cat([shares, drawn_shares])
            # Rendered faces show every emotion equally often: they are judged as inference judges, corrected.
            corrections = torch.cat([corrections, correction.expand(len(drawn), -1)])
        with torch.autocast("cpu", torch.bfloat16, enabled=self.options.bfloat16):
            logits = self.network(pictures.contiguous(memory_format=torch.channels_last))
        return -(shares * functional.log_softmax(logits.float() - corrections, 1)).sum(1).mean()

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


def accuracy(network: Network, faces: Faces) -> float:
    """The share of `faces` whose highest logit is their label."""
    network.eval()
    right = 0
    for start in range(0, len(faces.pictures), 512):
        pictures = faces.pictures[start : start + 512].float()
        expected = faces.shares[start : start + 512].argmax(1)
        with torch.no_grad():
            right += int((network(pictures).argmax(1) == expected).sum())
    return right / len(faces.pictures)


def load_rendered(path: Path) -> Faces:
    """The crops `models.emotion.rendered` wrote."""
    with np.load(path) as arrays:
        shares = np.eye(len(ferplus.LABELS), dtype=np.float32)[arrays["labels"]]
        return Faces(torch.from_numpy(arrays["pictures"])[:, None], torch.from_numpy(shares))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("SEMBLANCE_DATA", "../shared/data")))
    parser.add_argument("--checkpoint", type=Path, default=Path(".training/emotion.pt"))
    parser.add_argument("--widths", type=int, nargs=4, default=WIDTHS, help="channels of the four stages")
    parser.add_argument("--epochs", type=int, default=44)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--bfloat16", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--rendered", type=Path, help="crops written by models.emotion.rendered")
    parser.add_argument("--rendered-from", type=int, default=0, help="the first epoch that sees them")
    parser.add_argument("--rendered-share", type=float, default=0.1, help="rendered faces per real face")
    parser.add_argument("--tau", type=float, default=0.75, help="the prior correction of inference")
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
    faces = ferplus.for_training(options.data)
    real, held_back = Faces.of(faces), Faces.of(ferplus.for_scoring(options.data))
    correction = torch.from_numpy(np.log(faces.prior).astype(np.float32)) * options.tau
    while training.epoch < options.epochs:
        torch.manual_seed(options.seed + training.epoch)
        started = time.monotonic()
        mixing = options.rendered is not None and training.epoch >= options.rendered_from
        loss = training.run_epoch(real, load_rendered(options.rendered) if mixing else None, correction)
        training.save(options.checkpoint)
        log.info(
            "epoch %d loss %.4f valid %.4f %.0f s%s",
            training.epoch,
            loss,
            accuracy(training.averaged, held_back),
            time.monotonic() - started,
            " with rendered faces" if mixing else "",
        )


if __name__ == "__main__":
    main()
