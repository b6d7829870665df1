"""Erasing as a command does it: in the database itself, beside a service that writes it or without one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from web.history import engine
from web.history.database import HistoryUnavailableError
from web.history.erasing import STEPS, Erased, Outcome, erase_step
from web.history.failures import sentence
from web.history.file import set_aside
from web.history.location import locate
from web.history.settling import PAUSE, TRIES, settle

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from web.history.erasing import Erasure, Step


def erase_alone(address: str, erasure: Erasure) -> Outcome:
    """Blocks. Raises `HistoryUnavailableError`, `LocationError`."""
    location = locate(address)
    if location.path is not None and not location.path.is_file():
        raise HistoryUnavailableError(f"There is no history at {location.shown}.")
    writing = engine.writing(location, alone=False)
    erased = Erased()
    try:
        for step in STEPS:
            while part := _once(writing, step, erasure):
                erased.add(part)
        return Outcome(erased, _settled(writing), set_aside(location.path))
    except (SQLAlchemyError, OSError) as error:
        raise HistoryUnavailableError(sentence(error)) from error
    finally:
        writing.dispose()


def _once(writing: Engine, step: Step, erasure: Erasure) -> Erased:
    with writing.begin() as connection:
        return erase_step(step, connection, erasure)


def _settled(writing: Engine) -> bool:
    for _ in range(TRIES):
        if settle(writing):
            return True
        time.sleep(PAUSE)
    return False
