"""What the next service makes of the operations of the one before."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.operation_world import UTC, VIDEO, World, body, ended, result_of
from tests.virtual_clock import run_virtual
from web.emotion.envelopes import EmotionError
from web.emotion.operation import Operation, new_id, stored
from web.emotion.operation_folder import OperationFolder

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from web.emotion.operations import Operations


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "operations")


def live(world: World, work: Callable[[Operations], Awaitable[Any]], start: float = 0.0) -> Any:
    """One life of the service, which begins at this time; what has ended is kept for a thousand seconds."""

    async def main() -> Any:
        async with world.service(keep=1000.0) as operations:
            return await work(operations)

    return run_virtual(main(), start, limit=1e9)


def left(world: World, operation: Operation, video: bytes | None = VIDEO) -> str:
    """As a service that was killed left it."""
    folder = OperationFolder(world.folder)
    world.folder.mkdir(exist_ok=True)
    folder.begin(operation.id)
    if video is None:
        folder.drop_video(operation.id)
    else:
        folder.add(operation.id, video)
    folder.write(operation)
    return operation.id


def made(**fields: Any) -> Operation:
    return replace(Operation(new_id(), "aggregate", UTC, UTC), **fields)


async def status(operations: Operations, operation_id: str) -> str:
    try:
        return (await operations.find(operation_id)).status
    except EmotionError as error:
        return error.code


def test_what_was_not_finished_begins_again_in_its_order(world: World) -> None:
    videos = [bytes([number]) * 10 for number in range(4)]

    async def sent(operations: Operations) -> list[str]:
        ids = []
        for video in videos:
            ids.append(await operations.upload("aggregate", body(video)))
            await asyncio.sleep(1)
        await asyncio.sleep(9)
        assert [await status(operations, each) for each in ids[:2]] == ["Succeeded", "Running"]
        return ids

    async def awaited(operations: Operations) -> None:
        assert [await status(operations, each) for each in ids[:1] + ids[2:]] == [
            "Succeeded",
            "NotStarted",
            "NotStarted",
        ]
        for each in ids:
            assert (await ended(operations, each)).status == "Succeeded"

    ids = live(world, sent)
    live(world, awaited, start=100.0)
    assert world.reader.read_videos == [videos[0], videos[1], videos[1], videos[2], videos[3]]


def test_an_orderly_end_says_nothing_against_a_video(world: World) -> None:
    async def sent(operations: Operations) -> str:
        return await operations.upload("aggregate", body(VIDEO))

    async def waited(_: Operations) -> None:
        await asyncio.sleep(5)

    async def awaited(operations: Operations) -> Operation:
        return await ended(operations, operation_id)

    operation_id = live(world, sent)
    for _ in range(5):
        live(world, waited)
    assert live(world, awaited).status == "Succeeded"


def test_a_video_that_ends_the_service_each_time_is_given_up(world: World) -> None:
    operation_id = left(world, made(status="Running", attempts=3))

    async def awaited(operations: Operations) -> Operation:
        return await ended(operations, operation_id)

    assert live(world, awaited).message == "The service ended each of the 3 times that it read this video."
    assert world.reader.read_videos == []
    assert world.files(operation_id) == ["operation.json"]


def test_what_was_being_fetched_is_fetched_anew(world: World) -> None:
    url = "https://example.org/video.mp4"
    operation_id = left(world, made(status="Uploading", url=url), video=b"the first half")

    async def awaited(operations: Operations) -> Operation:
        return await ended(operations, operation_id)

    assert live(world, awaited).status == "Succeeded"
    assert world.fetcher.urls == [url]
    assert world.reader.read_videos == [VIDEO]


def test_an_operation_whose_video_is_gone_fails(world: World) -> None:
    operation_id = left(world, made(status="Running", attempts=1), video=None)

    async def looked(operations: Operations) -> Operation:
        return await operations.find(operation_id)

    failed = live(world, looked)
    assert failed.status == "Failed"
    assert failed.message == "The video is not there any more: the service ended before it was read."


def test_a_result_is_there_even_if_its_end_could_not_be_written(world: World) -> None:
    operation_id = left(world, made(status="Running", attempts=1), video=None)
    OperationFolder(world.folder).write_result(operation_id, "what was read")

    async def looked(operations: Operations) -> tuple[Operation, bytes]:
        operation = await operations.find(operation_id)
        return operation, await result_of(operations, operation)

    for _ in range(2):
        operation, result = live(world, looked)
        assert operation.status == "Succeeded"
        assert json.loads(result) == "what was read"
    assert world.reader.read_videos == []


def test_what_is_half_written_goes_and_what_is_not_ours_stays(world: World) -> None:
    half, damaged, resultless = new_id(), left(world, made()), left(world, made(status="Succeeded"))
    other = left(world, made())
    (world.folder / half).mkdir()
    (world.folder / half / "video").write_bytes(VIDEO)
    (world.folder / damaged / "operation.json").write_bytes(b"{}")
    timeless = left(world, made(created=1e300))
    (world.folder / other / "operation.json").write_bytes(stored(made()))
    (world.folder / "holiday.mp4").write_bytes(b"mine")
    (world.folder / "folder").mkdir()
    (world.folder / "folder" / "operation.json").write_bytes(b"{}")
    elsewhere = world.folder.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "video").write_bytes(b"mine")
    (world.folder / new_id()).symlink_to(elsewhere)
    foreign = left(world, made(status="Succeeded"), video=None)
    (world.folder / foreign / "notes.txt").write_text("mine")

    async def looked(operations: Operations) -> list[str]:
        return [
            await status(operations, each) for each in (half, damaged, timeless, resultless, other, foreign)
        ]

    assert set(live(world, looked)) == {"OperationNotFound"}
    assert [each for each in world.held() if each in (half, damaged, timeless, resultless, other)] == []
    assert (world.folder / "holiday.mp4").exists()
    assert (world.folder / "folder" / "operation.json").exists()
    assert (elsewhere / "video").exists()
    assert world.files(foreign) == ["notes.txt"]


@pytest.mark.parametrize(
    ("set_by", "later", "is_there"),
    [
        (0.0, 900.0, True),
        (0.0, 1100.0, False),
        (-1e7, 900.0, True),  # the clock was set back: it counts from now
        (-1e7, 5000.0, True),
        (1e7, 0.0, False),
    ],
)
def test_what_expired_meanwhile_is_gone(world: World, set_by: float, later: float, is_there: bool) -> None:
    async def sent(operations: Operations) -> str:
        operation_id = await operations.upload("aggregate", body(VIDEO))
        await ended(operations, operation_id)
        return operation_id

    async def looked(operations: Operations) -> str:
        found = await status(operations, operation_id)
        await asyncio.sleep(1)
        assert (world.held() == [operation_id]) is is_there
        await asyncio.sleep(1001)
        assert world.held() == []
        return found

    operation_id = live(world, sent)
    world.ahead = set_by
    assert live(world, looked, start=later) == ("Succeeded" if is_there else "OperationNotFound")


def test_a_result_outlasts_the_service(world: World) -> None:
    world.reader.outcome = '{"fragments":["\\"é\\""]}'

    async def sent(operations: Operations) -> str:
        operation_id = await operations.upload("perFrame", body(VIDEO))
        await ended(operations, operation_id)
        return operation_id

    async def read(operations: Operations) -> str:
        operation = await operations.find(operation_id.upper())
        assert operation.style == "perFrame"
        text: str = json.loads(await result_of(operations, operation))
        return text

    operation_id = live(world, sent)
    assert live(world, read) == world.reader.outcome


def test_a_folder_that_cannot_be_written_in_leaves_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, good = left(world, made(status="Succeeded")), left(world, made())
    strange = left(world, made())
    (world.folder / strange / "operation.json").unlink()
    (world.folder / strange / "operation.json").mkdir()
    drop = OperationFolder.drop_video

    def refused(self: OperationFolder, operation_id: str) -> None:
        if operation_id == stuck:
            raise PermissionError(13, "Permission denied")
        drop(self, operation_id)

    monkeypatch.setattr(OperationFolder, "drop_video", refused)

    async def looked(operations: Operations) -> list[str]:
        await ended(operations, good)
        return [await status(operations, each) for each in (stuck, strange, good)]

    assert live(world, looked) == ["OperationNotFound", "OperationNotFound", "Succeeded"]
