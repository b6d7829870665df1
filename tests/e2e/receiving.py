"""The receiver of webhooks as a process of its own, which outlives the services that send to it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from tests.webhook_receiver import Received

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Receiving:
    """`received` is what has come as of the last `look`, in order."""

    address: str
    received: list[Received]

    def look(self) -> list[Received]:
        """What came since the last look."""
        answer = httpx.get(f"{self.address}/received", params={"from": len(self.received)}, timeout=10)
        new = [Received(**{**each, "signed_by": tuple(each["signed_by"])}) for each in answer.json()]
        self.received += new
        return new

    def came_to(self, path: str) -> list[Received]:
        """All that came there up to now."""
        self.look()
        return [each for each in self.received if each.path == path]


@contextmanager
def receiving(host: str = "127.0.0.1") -> Iterator[Receiving]:
    """A receiver, until the block ends."""
    command = [sys.executable, "-m", "tests.webhook_receiver", "--host", host]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Receiving(f"http://{host}:{int(process.stdout.readline())}", [])
        finally:
            process.kill()
