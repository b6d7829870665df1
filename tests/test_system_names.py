"""Names are asked of the system once for all who wait, and block nothing."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any

import pytest

from web.outbound.names import SystemNames


async def test_the_system_says_what_a_name_stands_for() -> None:
    assert "127.0.0.1" in await SystemNames().addresses("localhost")


async def test_a_name_that_cannot_be_stands_for_nothing() -> None:
    assert await SystemNames().addresses("a" * 64) == []


async def test_a_slow_name_is_asked_for_once_and_keeps_no_other_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    go_on = threading.Event()

    def answer(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        if host == "slow":
            go_on.wait(5)
        return [(2, 1, 6, "", ("192.0.2.1", 0)), (2, 2, 17, "", ("192.0.2.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    names = SystemNames()
    waiting = [asyncio.create_task(names.addresses("slow")) for _ in range(20)]
    assert await names.addresses("quick") == ["192.0.2.1"]
    waiting.pop().cancel()  # who gives up takes nothing from the others
    go_on.set()
    assert await asyncio.gather(*waiting) == [["192.0.2.1"]] * 19
    assert asked.count("slow") == 1


async def test_a_name_that_could_not_be_asked_for_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    names = SystemNames()
    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", _no_room)
        with pytest.raises(RuntimeError):
            await names.addresses("localhost")
    assert "127.0.0.1" in await names.addresses("localhost")


def _no_room(_: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")
