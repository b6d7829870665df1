"""The detector's picture: precision over recall, beside YuNet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import charts

if TYPE_CHECKING:
    from pathlib import Path

    from models.face.trial import Results

POINTS = 300


def precision_over_recall(ours: Results, yunet: Results, path: Path) -> None:
    """Of the scenes held back: all faces, and bare ones alone; a dot where the default threshold lies."""
    picture = charts.figure(8.4, 4.0)
    for place, (title, bare) in enumerate((("all faces", False), ("bare faces alone", True)), start=1):
        axes = picture.add_subplot(1, 2, place)
        for results, name, colour in ((ours, "ours", charts.FIRST), (yunet, "YuNet", charts.SECOND)):
            curve = results.scenes_bare if bare else results.scenes
            step = max(1, len(curve.recall) // POINTS)
            recall, precision = curve.recall[::step], curve.precision[::step]
            axes.plot(recall, precision, color=colour, label=f"{name}, {curve.average_precision:.3f}")
            axes.scatter(*curve.at(results.confidence), color=colour, s=30)
        axes.set(title=title, xlim=(0, 1.01), ylim=(0, 1.01), xlabel="recall", ylabel="precision")
        axes.title.set_color(charts.INK)
        axes.legend(loc="lower left", title="average precision")
    charts.save(picture, path)
