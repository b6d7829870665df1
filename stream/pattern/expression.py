"""Expressions of a face: strengths of FACS action units, and the mixtures that act the eight emotions."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Expression:
    """Strengths (0 rest, 1 full) of facial action units after Ekman and Friesen's FACS.

    `left` and `right` are the person's own sides.
    """

    inner_brow: float = 0.0  # AU1, inner brow raiser
    outer_brow: float = 0.0  # AU2, outer brow raiser
    frown: float = 0.0  # AU4, brow lowerer
    wide_lids: float = 0.0  # AU5, upper lid raiser
    cheeks: float = 0.0  # AU6, cheek raiser
    tight_lids: float = 0.0  # AU7, lid tightener
    nose_wrinkle: float = 0.0  # AU9
    upper_lip: float = 0.0  # AU10, upper lip raiser
    smile_left: float = 0.0  # AU12, lip corner puller
    smile_right: float = 0.0
    dimple_left: float = 0.0  # AU14, dimpler
    dimple_right: float = 0.0
    sad_corners: float = 0.0  # AU15, lip corner depressor
    lower_lip: float = 0.0  # AU16, lower lip depressor
    chin: float = 0.0  # AU17, chin raiser
    stretch: float = 0.0  # AU20, lip stretcher
    tight_lips: float = 0.0  # AU23 and AU24, lip tightener and pressor
    parted: float = 0.0  # AU25, lips part
    jaw: float = 0.0  # AU26 and AU27, jaw drop
    closed: float = 0.0  # AU43, eyes closed; also what a blink does
    brow_left: float = 0.0  # AU2 of one side only
    brow_right: float = 0.0
    look_down: float = 0.0  # AU64, eyes down

    def scaled(self, strength: float) -> Expression:
        return Expression(*(strength * value for value in units(self)))

    def towards(self, other: Expression, share: float) -> Expression:
        """This expression with `share` (0..1) of the way to `other` gone."""
        pairs = zip(units(self), units(other), strict=True)
        return Expression(*(before + share * (after - before) for before, after in pairs))

    def blinking(self, share: float) -> Expression:
        """The same with the lids `share` (0..1) of the way closed by a blink."""
        return replace(self, closed=self.closed + share * (1 - self.closed)) if share else self

    def jittered(self, factors: Sequence[float]) -> Expression:
        """The same with each unit multiplied by its own factor, kept within 0..1.15."""
        pairs = zip(units(self), factors, strict=False)
        return Expression(*(max(0.0, min(1.15, value * factor)) for value, factor in pairs))

    def mirrored(self) -> Expression:
        """The same with the one-sided units on the other side."""
        return replace(
            self,
            smile_left=self.smile_right,
            smile_right=self.smile_left,
            dimple_left=self.dimple_right,
            dimple_right=self.dimple_left,
            brow_left=self.brow_right,
            brow_right=self.brow_left,
        )


NAMES = tuple(field.name for field in fields(Expression))
_read_units = attrgetter(*NAMES)


def units(expression: Expression) -> tuple[float, ...]:
    """The strengths of all units, in the order of `NAMES`."""
    strengths: tuple[float, ...] = _read_units(expression)
    return strengths


EXPRESSIONS: dict[str, Expression] = {
    "neutral": Expression(),
    "happiness": Expression(
        cheeks=0.9, smile_left=1.0, smile_right=1.0, parted=0.85, upper_lip=0.25, tight_lids=0.15, jaw=0.12
    ),
    "surprise": Expression(inner_brow=1.0, outer_brow=1.0, wide_lids=0.9, jaw=0.95, parted=0.5),
    "anger": Expression(
        frown=1.35,
        outer_brow=0.6,
        wide_lids=0.75,
        tight_lids=0.6,
        tight_lips=0.7,
        nose_wrinkle=0.5,
        chin=0.5,
        sad_corners=0.75,
    ),
    "sadness": Expression(
        inner_brow=1.15, frown=0.6, sad_corners=1.1, chin=0.7, closed=0.38, look_down=0.5, tight_lids=0.1
    ),
    "contempt": Expression(
        smile_left=0.45,
        dimple_left=1.2,
        tight_lips=0.8,
        tight_lids=0.3,
        closed=0.12,
        brow_left=0.8,
        frown=0.4,
        chin=0.3,
    ),
    "fear": Expression(
        inner_brow=1.1,
        outer_brow=0.35,
        frown=0.6,
        wide_lids=1.15,
        tight_lids=0.2,
        stretch=0.95,
        parted=0.75,
        jaw=0.5,
    ),
    "disgust": Expression(
        nose_wrinkle=1.2,
        upper_lip=1.1,
        sad_corners=0.5,
        lower_lip=0.6,
        frown=0.75,
        tight_lids=0.75,
        cheeks=0.5,
        parted=0.75,
        jaw=0.28,
        chin=0.3,
        closed=0.08,
    ),
}
