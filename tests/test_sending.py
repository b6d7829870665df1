"""Sending: by turns, in portions, and never more than the client takes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from tests.virtual_clock import run_virtual
from web import sending
from web.sending import PORTION, Sending, Turns

if TYPE_CHECKING:
    import pytest


class Wire:
    """An outlet that keeps what is written, and takes nothing while it is `full`."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.full = False
        self.told: Sending | None = None

    @property
    def is_free(self) -> bool:
        return not self.full

    def write(self, frames: bytes) -> None:
        assert self.is_free
        self.written.append(frames)

    def tell(self, sending: Sending | None) -> None:
        self.told = sending

    def fill(self) -> None:
        self.full = True
        if self.told:
            self.told.blocked()

    def drain(self) -> None:
        self.full = False
        if self.told:
            self.told.freed()


class Reader:
    """A client: its wire, and messages that wait for it."""

    def __init__(self, turns: Turns, patience: float = 30.0) -> None:
        self.wire = Wire()
        self.waiting: list[bytes] = []
        self.given_up: list[float] = []
        self.sending = Sending(self.wire, turns, patience, self._give_up)

    def make(self, *messages: bytes) -> None:
        self.waiting += messages
        self.sending.wake()

    def take(self, size: int) -> bytes:
        portion = b""
        while self.waiting and len(portion) < size:
            portion += self.waiting.pop(0)
        return portion

    def _give_up(self) -> None:
        self.given_up.append(asyncio.get_running_loop().time())


async def soon() -> None:
    """Until the turns that are due now are over."""
    for _ in range(10):
        await asyncio.sleep(0)


def test_what_is_made_in_one_breath_is_written_in_one_go() -> None:
    async def run() -> list[bytes]:
        reader = Reader(Turns())
        reader.make(b"before it began,")
        reader.sending.begin(reader.take)
        reader.make(b"one,", b"two")
        await soon()
        reader.make(b"three")
        await soon()
        return reader.wire.written

    assert run_virtual(run()) == [b"before it began,one,two", b"three"]


def test_one_with_much_to_send_lets_the_others_go_between_its_portions() -> None:
    order: list[str] = []

    async def run() -> None:
        turns = Turns()
        greedy, modest = Reader(turns), Reader(turns)
        for name, reader in (("greedy", greedy), ("modest", modest)):

            def take(size: int, name: str = name, reader: Reader = reader) -> bytes:
                portion = reader.take(size)
                if portion:
                    order.append(name)
                return portion

            reader.sending.begin(take)
        greedy.make(*[bytes(PORTION)] * 3)
        modest.make(b"one")
        await soon()
        assert [len(each) for each in greedy.wire.written] == [PORTION] * 3

    run_virtual(run())
    assert order == ["greedy", "modest", "greedy", "greedy"]


def test_after_a_slice_of_time_others_than_clients_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "SLICE", -1.0)  # over as soon as one client was served
    served: list[int] = []

    async def run() -> None:
        turns = Turns()
        readers = [Reader(turns) for _ in range(3)]
        for reader in readers:
            reader.sending.begin(reader.take)
            reader.make(b"summary")
        while len(turns):
            await asyncio.sleep(0)
            served.append(sum(len(reader.wire.written) for reader in readers))

    run_virtual(run())
    assert served == [1, 2, 3]


def test_nothing_is_taken_for_a_client_that_does_not_read_until_it_does() -> None:
    async def run() -> None:
        reader = Reader(Turns(), patience=5.0)
        reader.sending.begin(reader.take)
        reader.wire.fill()
        reader.make(b"old")
        await asyncio.sleep(4)
        reader.waiting = [b"new"]  # what waits can still be replaced
        reader.wire.drain()
        await asyncio.sleep(60)
        assert reader.wire.written == [b"new"]
        assert reader.given_up == []

    run_virtual(run())


def test_a_client_is_given_up_once_it_has_read_nothing_for_too_long() -> None:
    async def run() -> None:
        reader, late = Reader(Turns(), patience=5.0), Reader(Turns(), patience=5.0)
        late.wire.fill()  # before it began
        for each in (reader, late):
            each.sending.begin(each.take)
        reader.wire.fill()
        await asyncio.sleep(60)
        assert reader.given_up == late.given_up == [5.0]

    run_virtual(run())


def test_a_client_that_left_is_neither_written_to_nor_given_up() -> None:
    async def run() -> None:
        reader = Reader(Turns(), patience=5.0)
        reader.sending.begin(reader.take)
        reader.make(b"summary")
        reader.wire.fill()
        reader.sending.end()
        reader.wire.full = False
        reader.make(b"another")
        await asyncio.sleep(60)
        assert (reader.wire.written, reader.given_up, reader.wire.told) == ([], [], None)

    run_virtual(run())


def test_a_bug_in_one_clients_turn_is_told_and_the_others_have_theirs() -> None:
    told: list[dict[str, Any]] = []

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
        turns = Turns()
        broken, whole = Reader(turns), Reader(turns)
        broken.sending.begin(lambda _: b"" + None)  # type: ignore[operator]
        whole.sending.begin(whole.take)
        whole.make(b"summary")
        await soon()
        assert whole.wire.written == [b"summary"]

    run_virtual(run())
    assert [type(each["exception"]) for each in told] == [TypeError]
