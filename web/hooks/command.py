"""Commands: programs that get an event on their standard input."""

from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING

from web.hooks.body import webhook_body
from web.hooks.hook import Hook, Outcome, Schedule
from web.hooks.program import GRACE, Ended, run_program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from web.hooks.definition import Command
    from web.hooks.hook import Delivery

SCHEDULE = Schedule((2.0, 10.0, 60.0))
"""A program on this machine that fails will hardly work in an hour, and by then nobody asks for the event."""

_KEPT = ("HOME", "LANG", "LC_ALL", "TZ")
_PATH = "/usr/local/bin:/usr/bin:/bin"
_SHELL = 128
"""What a shell adds to a signal's number to make an exit status."""


class CommandHooks:
    """Makes hooks of commands. They get little of `environment`, and nothing of ours: it holds secrets."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        kept = {name: environment[name] for name in _KEPT if name in environment}
        self._environment = {"PATH": environment.get("PATH", _PATH), **kept}

    def hook(self, command: Command) -> Hook:
        """The arguments may hold secrets: only the program is shown."""
        return Hook(
            command.id,
            "command",
            command.command[0],
            command.filter,
            SCHEDULE,
            _Runner(command, self._environment),
            max_age=command.max_age,
            concurrency=command.concurrency,
            timeout=command.timeout + 3 * GRACE,
            enabled=command.enabled,
        )

    def complaint(self, command: Command) -> str | None:
        """Why the program could not be started now, as a sentence; it looks into the file system."""
        program = command.command[0]
        if "/" not in program:
            if shutil.which(program, path=self._environment["PATH"]):
                return None
            return f"There is no program {program!r} in {self._environment['PATH']}."
        if not os.path.isabs(program):
            return f"The program {program!r} is to be named by its whole path, or by its name alone."
        if not os.path.exists(program):
            return f"There is no file {program!r}."
        if os.path.isdir(program) or not os.access(program, os.X_OK):
            return f"{program!r} is not a program: it cannot be executed by this user."
        return None


class _Runner:
    """Implements `Deliverer`: the program is started for each event, with no shell in between."""

    def __init__(self, command: Command, environment: Mapping[str, str]) -> None:
        self._command = command
        self._environment = environment

    async def deliver(self, delivery: Delivery) -> Outcome:
        environment = {
            **self._environment,
            "SEMBLANCE_EVENT": delivery.name,
            "SEMBLANCE_EVENT_ID": delivery.event_id,
            "SEMBLANCE_STREAM": delivery.stream or "",
            "SEMBLANCE_ATTEMPT": str(delivery.attempt),
        }
        command = self._command
        line = f"{webhook_body(delivery.document)}\n".encode()
        try:
            ended = await run_program(command.command, line, environment, command.timeout)
        except OSError as error:
            return Outcome("failed", error=f"{command.command[0]} cannot be started: {error.strerror}.")
        return _outcome(ended, command.timeout)


def _outcome(ended: Ended, limit: float) -> Outcome:
    answer = ended.output or None
    if ended.status is None:
        return Outcome("failed", error=f"It had not ended after {limit:g} s, and was ended.", answer=answer)
    if ended.status < 0:
        error = f"It was ended by {_name(-ended.status)}."
        return Outcome("failed", _SHELL - ended.status, error, answer)
    if ended.status > 0:
        return Outcome("failed", ended.status, f"It ended with exit status {ended.status}.", answer)
    return Outcome("delivered", 0, answer=answer)


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
