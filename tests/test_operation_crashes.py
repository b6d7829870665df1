"""Wherever the service is killed, no operation that a client knows of is lost and nothing half-done stays."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tests.operation_world import VIDEO, World, body, ended, result_of
from tests.virtual_clock import run_virtual
from web.emotion import whole_files
from web.emotion.envelopes import EmotionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from web.emotion.operations import Operations

STEPS = ("mkdir", "open", "replace", "unlink", "rmdir")
"""What changes a folder; the writing of a file and having the disk take it are steps besides."""
URL = "https://example.org/video.mp4"
RESULT = '{"version":1}'


class Killed(BaseException):
    """The service is no more: nothing that it would still do is done."""


@dataclass
class Death:
    """Comes instead of a given step, which is as much as after the step before, and stays."""

    at: float = float("inf")
    steps: int = 0

    def step(self, work: Callable[[], Any]) -> Any:
        if self.steps >= self.at:
            raise Killed
        self.steps += 1
        return work()


@dataclass
class Client:
    """What somebody knows who sent videos in."""

    ids: list[str] = field(default_factory=list)
    read: set[str] = field(default_factory=set)


@pytest.fixture
def mortal(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Death]]:
    """The last of these is what the service has to fear now."""
    deaths = [Death()]
    for name in STEPS:
        real = getattr(os, name)
        monkeypatch.setattr(
            os, name, lambda *args, _real=real, **named: deaths[-1].step(lambda: _real(*args, **named))
        )

    monkeypatch.setattr(os, "fsync", lambda _: deaths[-1].step(lambda: None))

    def write_half(file: Any, data: bytes) -> None:
        for part in (data[: len(data) // 2], data[len(data) // 2 :]):
            deaths[-1].step(lambda part=part: file.write(part))  # type: ignore[misc]

    monkeypatch.setattr(whole_files, "write_all", write_half)
    yield deaths
    deaths.append(Death())


def test_there_is_no_bad_moment_to_be_killed(tmp_path: Path, mortal: list[Death]) -> None:
    steps = _whole_life(tmp_path / "whole", mortal)
    assert steps > 50
    for at in range(steps):
        _lives(tmp_path / f"{at}", mortal, [at])


def test_there_is_no_bad_moment_to_be_killed_while_recovering(tmp_path: Path, mortal: list[Death]) -> None:
    steps = _whole_life(tmp_path / "whole", mortal)
    for first in range(0, steps, 8):
        for second in range(first % 11, steps // 2, 11):
            _lives(tmp_path / f"{first}-{second}", mortal, [first, second])


def _whole_life(folder: Path, mortal: list[Death]) -> int:
    """The steps that a life takes whose end comes of itself."""
    _lives(folder, mortal, [])
    return mortal[-2].steps


def _lives(folder: Path, mortal: list[Death], ends: list[int]) -> None:
    world, client = World(folder), Client()
    world.reader.outcome = RESULT
    world.reader.seconds = 3.0
    for at in (*ends, float("inf")):
        mortal.append(Death(at))
        try:
            run_virtual(_life(world, client), limit=1e6)
        except BaseException as error:
            if not _is_killed(error):
                raise
        mortal.append(Death())
    _check(world, client, ends)


async def _life(world: World, client: Client) -> None:
    """Sends two videos in, waits for all ends, reads the first result, to be forgotten with that."""
    async with world.service(keep=0.0) as operations:
        if not client.ids:
            client.ids.append(await operations.upload("aggregate", body(VIDEO)))
            client.ids.append(await operations.fetch("aggregate", URL))
        for operation_id in client.ids:
            await _ended(operations, operation_id, client)
        await asyncio.sleep(15)  # for those that no client was told of
        await _read(operations, client)


async def _ended(operations: Operations, operation_id: str, client: Client) -> None:
    try:
        operation = await ended(operations, operation_id)
    except EmotionError as error:
        if operation_id not in client.read or error.status_code != 404:
            raise
        return
    assert operation.status == "Succeeded", operation.message
    assert json.loads(await result_of(operations, operation)) == RESULT


async def _read(operations: Operations, client: Client) -> None:
    first = client.ids[0]
    try:
        operation = await operations.find(first)
    except EmotionError:
        if first not in client.read:
            raise
        return
    client.read.add(first)
    await operations.seen(operation)


def _check(world: World, client: Client, ends: list[int]) -> None:
    """After a life that came to its own end."""
    kept = client.ids[1:]
    for operation_id in kept:
        assert world.files(operation_id) == ["operation.json", "result.json"], ends
    unknown = [each for each in world.held() if each not in kept]
    assert all(world.files(each) == ["operation.json", "result.json"] for each in unknown), ends
    assert client.ids[0] not in unknown


def _is_killed(error: BaseException) -> bool:
    """Calls that the dead service still answers say that it is stopping."""
    leaves = list(_leaves(error))
    told = (each for each in leaves if not isinstance(each, Killed))
    return len(leaves) > 0 and all(
        isinstance(each, EmotionError) and each.status_code == 503 for each in told
    )


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _leaves(each)
    else:
        yield error
