"""Names that stand for what a test says, and a network that goes nowhere and remembers where it was to go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpcore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass
class FakeNames:
    """What each name stands for at each asking; the last answer stays. What is not there is not known."""

    names: Mapping[str, Sequence[list[str]]]
    asked: list[str] = field(default_factory=list)

    async def addresses(self, host: str) -> list[str]:
        answers = self.names.get(host, [[]])
        self.asked.append(host)
        return answers[min(self.asked.count(host), len(answers)) - 1]


@dataclass
class FakeNetwork(httpcore.AsyncNetworkBackend):
    """Answers at every address but those that are `dead`; `went` are those that it connected to."""

    dead: frozenset[str] = frozenset()
    went: list[tuple[str, int]] = field(default_factory=list)

    async def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        self.went.append((host, port))
        if host in self.dead:
            raise httpcore.ConnectError("nobody is there")
        return httpcore.AsyncMockStream([b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"])
