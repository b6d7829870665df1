"""What a classifier reads badly, in words, for its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.markdown import share

if TYPE_CHECKING:
    from models.emotion.trial import Results

WEAK_RECALL, WEAK_PRECISION, FEW_FACES = 0.65, 0.5, 50


def weaknesses(results: Results) -> list[str]:
    """A line for each emotion that is read badly or on too few faces to know, and each clip read wrong."""
    lines = []
    for label, figures in sorted(results.validation.classes.items(), key=lambda each: each[1].recall):
        if (
            figures.recall >= WEAK_RECALL
            and figures.precision >= WEAK_PRECISION
            and figures.count >= FEW_FACES
        ):
            continue
        mistakes = [f"{name} ({count})" for name, count in results.validation.mistakes(label)[:2]]
        taken = f"; the others are taken for {' and '.join(mistakes)}" if mistakes else ""
        lines.append(
            f"- **{label.capitalize()}**: {share(figures.recall)} of {figures.count} faces are read{taken}. "
            f"Of the faces read as {label}, {share(figures.precision)} were voted so."
        )
    for clip in results.clips:
        if not clip.right:
            (name, score), (other, less) = clip.first, clip.second
            lines.append(
                f"- **Acted {clip.emotion}** is read as {name} ({share(score)}), "
                f"then {other} ({share(less)})."
            )
    return lines
