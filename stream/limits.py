"""How long a source may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds. `open` is for connecting and learning what the medium is, `first_frame` from there to the
    first picture, `stall` for any silence after it. `close` is how long closing waits for the thread to end;
    one that blocks longer is left behind and ends by itself within `open` or `stall`.
    """

    open: float = 10.0
    first_frame: float = 10.0
    stall: float = 5.0
    close: float = 2.0
