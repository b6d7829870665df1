"""What all couriers have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aggregation.event import Event
    from web.history.database import Database


@dataclass(frozen=True, slots=True)
class Terms:
    """`clock` gives UTC seconds, `chance` numbers from 0 to 1; `disable_after` is in seconds of failing.

    With `logs` false no line of a delivery is kept. `wanting` says who gets an event; `disabled` is called
    when the one that tells of a disabled hook is in the database, with those who get it.
    """

    database: Database
    clock: Callable[[], float]
    chance: Callable[[], float]
    disable_after: float
    logs: bool
    wanting: Callable[[Event], Sequence[str]]
    disabled: Callable[[Event, Sequence[str]], None]
