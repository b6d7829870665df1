"""The cards' pictures: how they look, so that they can be read on a light page and on a dark one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl  # type: ignore[import-not-found, unused-ignore]
from matplotlib.figure import Figure  # type: ignore[import-not-found, unused-ignore]

if TYPE_CHECKING:
    from pathlib import Path

INK, FIRST, SECOND = "#7d8590", "#3b82c4", "#dd7f35"
"""Grey for lines and letters, and two colours, all of a middling brightness."""
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "semblance",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
}


def figure(width: float, height: float) -> Figure:
    """An empty picture of so many inches."""
    mpl.rcParams.update(STYLE)
    return Figure(figsize=(width, height), layout="constrained")


def save(drawn: Figure, path: Path) -> None:
    """As SVG with a clear ground; the same figures give the same bytes."""
    drawn.savefig(path, format="svg", transparent=True, metadata={"Date": None})
