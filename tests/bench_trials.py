"""Trials of a bench, as they might have been seen."""

from __future__ import annotations

from dataclasses import replace

from semblance.bench.spending import STAGES, Spending
from semblance.bench.trial import Trial

SPENT = Spending(
    dict(zip(STAGES, (0.2, 0.1, 0.7, 0.2, 0.1, 0.1, 0.1), strict=True)),
    used=1.5,
    detecting=0.6,
    reading=0.3,
    running=(0.5, 0.2),
    loop=0.1,
    decoding=0.05,
)


def trial(streams: int = 4, share: float = 1.0, p95: float | None = 0.1, **rest: object) -> Trial:
    """Four seconds of 10 frames a second each, on a machine that is three quarters full."""
    due = streams * 40.0
    usual = Trial(
        streams=streams,
        seconds=4.0,
        due=due,
        analysed=round(share * due),
        least=share,
        p50=None if p95 is None else p95 / 2,
        p95=p95,
        spending=SPENT,
        others=0.0,
        memory=200_000_000 + 5_000_000 * streams,
        lag=0.001,
        faces=1.0,
        decoder="software",
    )
    return replace(usual, **rest)  # type: ignore[arg-type]
