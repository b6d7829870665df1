"""What is configured of a webhook or a command, before it is a hook that can deliver."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from web.hooks.hook import EVERYTHING

if TYPE_CHECKING:
    from web.hooks.hook import HookFilter
    from web.hooks.secret import Secret


@dataclass(frozen=True, slots=True)
class Webhook:
    """`url` may hold credentials. Every one of `secrets` that still signs at the time signs; newest first."""

    id: str
    url: str = field(repr=False)
    secrets: tuple[Secret, ...]
    filter: HookFilter = EVERYTHING
    max_age: float = 3600.0
    concurrency: int = 4
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Command:
    """`command` is an argument vector, never a shell's line; it may run for `timeout` seconds."""

    id: str
    command: tuple[str, ...]
    filter: HookFilter = EVERYTHING
    max_age: float = 3600.0
    timeout: float = 10.0
    concurrency: int = 1
    enabled: bool = True
