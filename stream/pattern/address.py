"""The address of a rendered stream: `pattern:?people=2&seed=1&width=640&height=360&fps=15&hold=4`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from urllib.parse import parse_qsl

SCHEME = "pattern:"
LARGEST_SEED = 2**31 - 1
BOUNDS: dict[str, tuple[float, float]] = {
    "people": (1, 6),
    "seed": (0, LARGEST_SEED),
    "width": (160, 1920),
    "height": (160, 1920),
    "fps": (1, 60),
    "hold": (1, 60),
}


@dataclass(frozen=True, slots=True)
class PatternAddress:
    """What to render: pictures per second (`fps`) and seconds each emotion is held (`hold`) among it."""

    people: int = 2
    seed: int = 0
    width: int = 640
    height: int = 360
    fps: float = 15.0
    hold: float = 4.0


def parse_address(address: str) -> PatternAddress:
    """The settings in an address; ValueError, in a sentence, names what is wrong and what is allowed."""
    scheme, _, query = address.partition("?")
    if scheme != SCHEME:
        raise ValueError(
            f'"{address}" is not the address of a test pattern; one looks like "pattern:?people=2&seed=1".'
        )
    values: dict[str, float] = {}
    for key, text in parse_qsl(query, keep_blank_values=True):
        if key not in BOUNDS:
            raise ValueError(f'A test pattern has no setting "{key}"; its settings are {", ".join(BOUNDS)}.')
        if key in values:
            raise ValueError(f'The test pattern\'s setting "{key}" is given twice; give it once.')
        values[key] = _number(key, text)
    return PatternAddress(
        **{
            field.name: int(values[field.name]) if field.type == "int" else values[field.name]
            for field in fields(PatternAddress)
            if field.name in values
        }  # type: ignore[arg-type]
    )


def _number(key: str, text: str) -> float:
    low, high = BOUNDS[key]
    whole = key not in ("fps", "hold")
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        value = low - 1
    if not low <= value <= high:
        kind = "a whole number" if whole else "a number"
        raise ValueError(
            f'The test pattern\'s {key} must be {kind} from {low:g} to {high:.0f}, not "{text}".'
        )
    return value
