"""What a drawn person looks like, chosen by a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Colour = tuple[float, float, float]

# BGR, from pale to deep; each a plausible skin in soft daylight.
SKINS: tuple[Colour, ...] = (
    (172, 194, 233),
    (156, 184, 228),
    (140, 171, 220),
    (128, 160, 210),
    (108, 144, 198),
    (92, 126, 182),
    (74, 105, 158),
    (64, 91, 140),
    (56, 78, 120),
)
HAIRS: dict[str, Colour] = {
    "black": (30, 28, 32),
    "dark brown": (38, 46, 66),
    "brown": (46, 66, 98),
    "auburn": (40, 60, 118),
    "blond": (104, 150, 196),
    "grey": (150, 152, 156),
    "white": (205, 208, 210),
}
IRISES: tuple[Colour, ...] = (
    (34, 52, 84),
    (28, 42, 66),
    (60, 96, 110),
    (128, 112, 84),
    (150, 128, 92),
    (84, 112, 92),
)
SHIRTS: tuple[Colour, ...] = (
    (120, 84, 52),
    (92, 98, 60),
    (62, 58, 122),
    (70, 66, 62),
    (160, 150, 136),
    (88, 128, 160),
    (110, 70, 96),
    (64, 96, 150),
)
HAIR_STYLES = ("crop", "side part", "long", "bob", "curls", "tied", "bald")


@dataclass(frozen=True, slots=True)
class Looks:
    """The appearance of one person: colours in BGR, proportions about 1, weights about 0..1."""

    skin: Colour
    hair: Colour
    iris: Colour
    shirt: Colour
    hair_style: str
    age: float
    nose: float
    brow_ridge: float
    full_cheeks: float
    strong_chin: float
    width: float
    jaw: float
    eye_size: float
    mouth_width: float
    lip_fullness: float
    brow_weight: float
    brow_height: float
    lashes: float
    beard: float
    glasses: bool
    texture_seed: int


def looks(seed: int) -> Looks:
    """The person of a seed; the same seed always gives the same person."""
    random = np.random.default_rng((seed, 7001))
    womanly = bool(random.random() < 0.5)
    age = float(random.beta(1.2, 2.8))
    tone = int(random.integers(len(SKINS)))
    skin = _varied(SKINS[tone], random, 1)
    hair = _varied(HAIRS[_hair_colour(random, tone, age)], random, 2)
    styles = (
        ("long", "bob", "tied", "side part", "curls")
        if womanly
        else ("crop", "side part", "crop", "curls", "bald")
    )
    return Looks(
        skin=skin,
        hair=hair,
        iris=_varied(IRISES[int(random.integers(2 if tone > 4 else len(IRISES)))], random, 8),
        shirt=_varied(SHIRTS[int(random.integers(len(SHIRTS)))], random, 12),
        hair_style=str(random.choice(styles)),
        age=age,
        nose=float(random.normal(-0.05 if womanly else 0.12, 0.15)),
        brow_ridge=float(random.uniform(-0.5, 0.1) if womanly else random.uniform(0.2, 1.0)),
        full_cheeks=float(random.uniform(0.0, 1.0)),
        strong_chin=float(random.uniform(-0.2, 0.4) if womanly else random.uniform(0.2, 1.0)),
        width=float(random.uniform(0.95, 1.05)),
        jaw=float(random.uniform(-0.07, 0.02) if womanly else random.uniform(-0.02, 0.08)),
        eye_size=float(random.uniform(1.05, 1.18) if womanly else random.uniform(0.96, 1.08)),
        mouth_width=float(random.uniform(0.92, 1.1)),
        lip_fullness=float(random.uniform(1.0, 1.35) if womanly else random.uniform(0.75, 1.05)),
        brow_weight=float(random.uniform(0.6, 0.9) if womanly else random.uniform(0.9, 1.35)),
        brow_height=float(random.uniform(-0.03, 0.0) if womanly else random.uniform(0.0, 0.035)),
        lashes=float(random.uniform(0.6, 1.0) if womanly else random.uniform(0.1, 0.35)),
        beard=0.0 if womanly else float(max(0.0, random.uniform(-1.1, 0.85))),
        glasses=bool(random.random() < 0.25),
        texture_seed=int(random.integers(2**31)),
    )


def darker(colour: Colour, share: float) -> Colour:
    """The colour with `share` of its light."""
    blue, green, red = colour
    return share * blue, share * green, share * red


def _varied(colour: Colour, random: np.random.Generator, spread: float) -> Colour:
    blue, green, red = np.clip(
        np.array(colour) * random.normal(1, spread / 100, 4)[:3] * random.normal(1, 0.05), 8, 245
    )
    return float(blue), float(green), float(red)


def _hair_colour(random: np.random.Generator, tone: int, age: float) -> str:
    if age > 0.55 and random.random() < 0.75:
        return "white" if age > 0.75 else "grey"
    dark = ("black", "dark brown")
    return str(random.choice(dark if tone > 4 else (*dark, "brown", "auburn", "blond")))
