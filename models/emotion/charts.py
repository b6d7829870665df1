"""The classifier's pictures: the confusion matrix, the reliability diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models import charts
from models.emotion.ferplus import LABELS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from models.emotion.measures import Bin


def confusion_matrix(table: NDArray[np.intp], path: Path) -> None:
    """Shares of each label's faces (row) by what they are read as (column)."""
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    picture = charts.figure(6.2, 5.2)
    axes = picture.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row in range(len(LABELS)):
        for column in range(len(LABELS)):
            value = shares[row, column]
            # On the map's own blues, so that neither a light nor a dark page matters.
            ink = "white" if value > 0.55 else "#24415e"
            axes.text(
                column, row, f"{value:.2f}".lstrip("0"), ha="center", va="center", color=ink, fontsize=9
            )
    names = [f"{label} ({count})" for label, count in zip(LABELS, table.sum(axis=1).tolist(), strict=True)]
    axes.set_xticks(range(len(LABELS)), LABELS, rotation=40, ha="right")
    axes.set_yticks(range(len(LABELS)), names)
    axes.set_xlabel("read as")
    axes.set_ylabel("voted (faces)")
    axes.spines[:].set_visible(False)
    charts.save(picture, path)


def reliability_diagram(untempered: list[Bin], tempered: list[Bin], path: Path) -> None:
    """The share read right over the highest score, before and after the temperature."""
    picture = charts.figure(5.2, 4.4)
    axes = picture.add_subplot()
    axes.plot((0, 1), (0, 1), color=charts.INK, linestyle=":", linewidth=1, label="perfectly calibrated")
    for bins, name, colour in (
        (untempered, "without temperature", charts.SECOND),
        (tempered, "as it ships", charts.FIRST),
    ):
        sizes = [12 + 160 * each.count / sum(one.count for one in bins) for each in bins]
        confidence, accuracy = [each.confidence for each in bins], [each.accuracy for each in bins]
        axes.plot(confidence, accuracy, color=colour, linewidth=1.5, label=name)
        axes.scatter(confidence, accuracy, s=sizes, color=colour)
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="highest score", ylabel="share read right")
    axes.legend(loc="upper left")
    charts.save(picture, path)
