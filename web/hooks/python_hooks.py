"""Python hooks: functions of installed packages that are called with each event.

A package names one as an entry point of the group `semblance.hooks`; it may be a coroutine function.
"""

from __future__ import annotations

import logging
import re
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Literal, TypeAlias

from web.hooks.calling import LIMIT, Caller
from web.hooks.hook import EVERYTHING, Hook, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import EntryPoint

GROUP = "semblance.hooks"
SCHEDULE = Schedule((1.0, 10.0, 60.0))
"""What is wrong with a function is seldom put right by time alone."""

_GRACE = 5.0
_LONGEST = 57

Wanted: TypeAlias = Literal["*"] | tuple[str, ...]

log = logging.getLogger("semblance.hooks")


def installed() -> tuple[EntryPoint, ...]:
    """What packages offer; it looks through the file system."""
    return tuple(entry_points(group=GROUP))


def python_hooks(wanted: Wanted, offered: Iterable[EntryPoint]) -> list[Hook]:
    """The hooks of these names ("*": of all), each with a thread of its own that imports it right away.

    What cannot be imported is a hook that fails, and says why; a name that nobody offers is told of.
    """
    chosen: dict[str, EntryPoint] = {}
    for entry in offered:
        if wanted != "*" and entry.name not in wanted:
            continue
        if entry.name in chosen:
            log.warning("Two packages offer a hook %r; the first is used", entry.name)
            continue
        chosen[entry.name] = entry
    for name in () if wanted == "*" else wanted:
        if name not in chosen:
            log.warning("No installed package offers a hook %r in the group %s", name, GROUP)
    return [_hook(entry) for entry in chosen.values()]


def _hook(entry: EntryPoint) -> Hook:
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", entry.name)[:_LONGEST]
    return Hook(
        f"python.{safe}",
        "python",
        entry.value,
        EVERYTHING,
        SCHEDULE,
        Caller(entry.name, entry.load),
        timeout=LIMIT + _GRACE,
    )
