"""Operations: what is sent in is read in turn, told of, kept for its time and no longer."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from blockbuster import blockbuster_ctx

from tests.operation_world import VIDEO, FakeFetcher, FakeReader, World, body, ended, result_of
from tests.virtual_clock import run_virtual
from web.emotion.envelopes import EmotionError
from web.emotion.models import VideoError
from web.emotion.operation import status_json
from web.emotion.operation_folder import SPARE
from web.outbound.fetch import FetchError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from web.emotion.operation import Operation
    from web.emotion.operations import Operations


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "operations")


def live(
    world: World, work: Callable[[Operations], Awaitable[Any]], limit: float = 1e9, **options: Any
) -> Any:
    """What the work in one life of the service comes to."""

    async def main() -> Any:
        async with world.service(**options) as operations:
            return await work(operations)

    return run_virtual(main(), limit=limit)


async def refusal(call: Awaitable[object]) -> EmotionError:
    with pytest.raises(EmotionError) as caught:
        await call
    return caught.value


def test_a_video_is_read_and_its_result_is_there(world: World) -> None:
    async def work(operations: Operations) -> None:
        operation_id = await operations.upload("perFrame", body(VIDEO[:100], VIDEO[100:]))
        begun = await operations.find(operation_id)
        assert status_json(begun)["status"] == "Running"  # some clients wait for nothing else
        await asyncio.sleep(5.5)
        running = status_json(await operations.find(operation_id))
        assert (running["status"], running["progress"]) == ("Running", 50)
        operation = await ended(operations, operation_id)
        told = status_json(operation)
        assert (told["status"], told["progress"]) == ("Succeeded", 100)
        assert told["createdDateTime"] == "2026-09-21T14:13:20.000Z"
        assert told["lastActionDateTime"] > running["lastActionDateTime"] > told["createdDateTime"]
        assert json.loads(await result_of(operations, operation)) == '{"style":"perFrame"}'

    world.reader.outcome = '{"style":"STYLE"}'
    live(world, work)
    assert world.reader.read_videos == [VIDEO]


def test_the_video_is_gone_once_it_was_read(world: World) -> None:
    async def work(operations: Operations) -> None:
        operation_id = await operations.upload("aggregate", body(VIDEO))
        assert world.files(operation_id) == ["operation.json", "video"]
        await ended(operations, operation_id)
        assert world.files(operation_id) == ["operation.json", "result.json"]
        world.reader.outcome = VideoError("It shows nothing.")
        failed = await operations.upload("aggregate", body(VIDEO))
        await ended(operations, failed)
        assert world.files(failed) == ["operation.json"]

    live(world, work)


def test_no_disk_is_waited_for_on_the_event_loop(world: World) -> None:
    world.reader.seconds = world.fetcher.seconds = 0.0

    async def main() -> None:
        async with world.service(keep=0.0) as operations:
            uploaded = await operations.upload("aggregate", body(VIDEO * 3000))
            for each in (uploaded, await operations.fetch("aggregate", "https://example.org/")):
                operation = await ended(operations, each)
                result = await operations.result(operation)
                assert [piece async for piece in operations.pieces(result)]
                await asyncio.to_thread(result.file.close)
                await operations.seen(operation)
        async with world.service() as operations:
            await operations.upload("aggregate", body(VIDEO))

    with blockbuster_ctx():
        asyncio.run(main())


def test_nobody_else_may_look_into_the_folder(world: World) -> None:
    async def work(operations: Operations) -> None:
        operation_id = await operations.upload("aggregate", body(VIDEO))
        for path in (world.folder, world.folder / operation_id):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
        for name in world.files(operation_id):
            assert stat.S_IMODE((world.folder / operation_id / name).stat().st_mode) == 0o600

    live(world, work)


def test_what_is_lacking_of_a_video_is_said_with_its_result(world: World) -> None:
    world.reader.lacks = "The video breaks off after 12.3 s."

    async def work(operations: Operations) -> dict[str, Any]:
        operation_id = await operations.upload("aggregate", body(VIDEO))
        return status_json(await ended(operations, operation_id))

    told = live(world, work)
    assert (told["status"], told["message"]) == ("Succeeded", "The video breaks off after 12.3 s.")


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        (VideoError("It is no video."), "It is no video."),
        (ZeroDivisionError("oops"), "The service made a mistake; its log says more."),
        (OSError(28, "No space left on device"), "The disk of the service is full."),
    ],
)
def test_a_failure_says_why_and_the_next_is_read(world: World, outcome: Exception, message: str) -> None:
    async def work(operations: Operations) -> None:
        world.reader.outcome = outcome
        failed = await ended(operations, await operations.upload("aggregate", body(VIDEO)))
        assert (failed.status, failed.message) == ("Failed", message)
        world.reader.outcome = "{}"
        good = await ended(operations, await operations.upload("aggregate", body(VIDEO)))
        assert good.status == "Succeeded"
        assert (operations.figures.failed, operations.figures.succeeded) == (1, 1)

    live(world, work)


def test_a_video_that_makes_no_progress_is_given_up(world: World) -> None:
    world.reader.seconds = 10 * 301

    async def work(operations: Operations) -> None:
        failed = await ended(operations, await operations.upload("aggregate", body(VIDEO)), every=10.0)
        assert failed.message == "Nothing more of the video was read within 300 seconds; it was given up."
        world.reader.seconds = 10 * 299
        good = await ended(operations, await operations.upload("aggregate", body(VIDEO)), every=10.0)
        assert good.status == "Succeeded"

    live(world, work)


def test_a_video_that_takes_for_ever_is_given_up_all_the_same(world: World) -> None:
    world.reader.seconds, world.reader.times = 90_000.0, 900

    async def work(operations: Operations) -> Operation:
        return await ended(operations, await operations.upload("aggregate", body(VIDEO)), every=60.0)

    assert live(world, work).message == "The video was not read within 86400 seconds; it was given up."


def test_of_too_many_results_the_oldest_go_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.emotion.operation_list.MOST_KEPT", 3)

    async def work(operations: Operations) -> None:
        ids = []
        for _ in range(5):
            ids.append(await operations.upload("aggregate", body(VIDEO)))
            await ended(operations, ids[-1])
        await asyncio.sleep(1)
        assert world.held() == sorted(ids[2:])

    live(world, work)


def test_of_results_that_take_too_much_of_the_disk_the_oldest_go_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.emotion.operation_list.MOST_BYTES", 2500)
    world.reader.outcome = "x" * 1000
    ids = []

    async def work(operations: Operations) -> None:
        for _ in range(4):
            ids.append(await operations.upload("aggregate", body(VIDEO)))
            await ended(operations, ids[-1])
        await asyncio.sleep(1)
        assert world.held() == sorted(ids[2:])

    async def look(_: Operations) -> None:
        await asyncio.sleep(1)
        assert world.held() == sorted(ids[3:])

    live(world, work)
    monkeypatch.setattr("web.emotion.operation_list.MOST_BYTES", 1500)
    live(world, look)


def test_only_so_many_are_read_at_once_and_in_their_order(world: World) -> None:
    videos = [bytes([number]) * 10 for number in range(6)]

    async def work(operations: Operations) -> None:
        ids = [await operations.upload("aggregate", body(video)) for video in videos]
        assert (await operations.find(ids[0])).status == "Running"
        assert (await operations.find(ids[5])).status == "NotStarted"
        await asyncio.sleep(0.1)
        assert operations.states["Running"] == 2
        assert operations.states["NotStarted"] == 4
        for operation_id in ids:
            await ended(operations, operation_id)

    live(world, work, concurrency=2)
    assert world.reader.most == 2
    assert world.reader.read_videos == videos


def test_hundreds_of_uploads_at_once_are_refused_but_for_a_few(world: World) -> None:
    async def work(operations: Operations) -> None:
        bodies = [body(VIDEO, VIDEO, every=1.0) for _ in range(300)]
        outcomes = await asyncio.gather(
            *(operations.upload("aggregate", each, None, f"{n}") for n, each in enumerate(bodies)),
            return_exceptions=True,
        )
        taken = [each for each in outcomes if isinstance(each, str)]
        refused = [each for each in outcomes if isinstance(each, EmotionError)]
        assert (len(taken), len(refused)) == (16, 284)
        assert {(each.status_code, each.code) for each in refused} == {(429, "RateLimitExceeded")}
        assert all((each.headers or {})["retry-after"].isdecimal() for each in refused)
        assert operations.figures.refused[429] == 284
        await asyncio.sleep(16 * 10 + 1)
        assert await operations.upload("aggregate", body(VIDEO))
        assert len(world.held()) == 17

    live(world, work)


def test_who_sends_slowly_keeps_nobody_else_out(world: World) -> None:
    world.fetcher.seconds = 500

    async def work(operations: Operations) -> None:
        slow = [
            asyncio.ensure_future(operations.upload("aggregate", body(VIDEO, VIDEO, every=200), None, "slow"))
            for _ in range(12)
        ]
        for _ in range(4):
            await operations.fetch("aggregate", "https://example.org/", "slow")
        await asyncio.sleep(1)
        assert operations.states["Uploading"] == 16
        for call in (
            operations.upload("aggregate", body(VIDEO), None, "slow"),
            operations.fetch("aggregate", "https://example.org/", "slow"),
        ):
            refused = await refusal(call)
            assert refused.status_code == 429
            assert "16 of your videos are arriving already" in refused.message
        operation_id = await operations.upload("aggregate", body(VIDEO), None, "other")
        async with asyncio.timeout(11):
            await ended(operations, operation_id)
        await asyncio.gather(*slow)

    live(world, work)
    assert len(world.reader.read_videos) == 2


def test_a_video_for_which_no_place_is_left_when_it_has_come_leaves_nothing(world: World) -> None:
    async def work(operations: Operations) -> None:
        late = asyncio.ensure_future(operations.upload("aggregate", body(VIDEO, every=5)))
        await operations.upload("aggregate", body(VIDEO, every=1))
        assert "1 videos wait or are being read already" in (await refusal(late)).message
        assert len(world.held()) == 1

    live(world, work, waiting=1)


@pytest.mark.parametrize(
    ("parts", "length", "code"),
    [
        ([], None, "InvalidVideoSize"),
        ([b""], 0, "InvalidVideoSize"),
        ([VIDEO] * 11, None, "InvalidVideoSize"),
        ([VIDEO], 10_000_000, "InvalidVideoSize"),
    ],
)
def test_a_video_of_no_fitting_size_leaves_nothing(
    world: World, parts: list[bytes], length: int | None, code: str
) -> None:
    async def work(operations: Operations) -> None:
        refused = await refusal(operations.upload("aggregate", body(*parts), length))
        assert (refused.status_code, refused.code) == (400, code)
        assert world.held() == []
        assert operations.states["Uploading"] == 0

    live(world, work, max_video=10 * len(VIDEO))


def test_an_upload_that_breaks_off_leaves_nothing(world: World) -> None:
    async def breaking() -> Any:
        yield VIDEO
        assert len(world.held()) == 1
        raise ConnectionResetError

    async def work(operations: Operations) -> None:
        with pytest.raises(EmotionError):
            await operations.upload("aggregate", breaking())
        assert world.held() == []
        stalled = asyncio.ensure_future(operations.upload("aggregate", body(VIDEO, VIDEO, every=1e6)))
        await asyncio.sleep(1)
        assert operations.states["Uploading"] == 1
        stalled.cancel()
        await asyncio.wait([stalled])
        assert world.held() == []
        assert operations.states["Uploading"] == 0

    live(world, work)


def test_a_video_that_lies_elsewhere_is_fetched_first(world: World) -> None:
    async def work(operations: Operations) -> None:
        operation_id = await operations.fetch("aggregate", "https://user:secret@example.org/video.mp4")
        assert "secret" not in repr(await operations.find(operation_id))
        assert (await operations.find(operation_id)).status == "Uploading"
        await asyncio.sleep(0.5)
        assert (await operations.find(operation_id)).status == "Uploading"
        await asyncio.sleep(1)
        assert (await operations.find(operation_id)).status == "Running"
        assert "secret" not in (world.folder / operation_id / "operation.json").read_text()
        assert (await ended(operations, operation_id)).status == "Succeeded"

    live(world, work)
    assert world.reader.read_videos == [VIDEO]


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        (FetchError("example.org does not answer."), "example.org does not answer."),
        (
            TooLargeError("It is large."),
            "The video is larger than 900 bytes, the most that this service takes.",
        ),
    ],
)
def test_a_video_that_cannot_be_fetched_fails_with_the_reason(
    world: World, outcome: Exception, message: str
) -> None:
    world.fetcher.outcome = outcome

    async def work(operations: Operations) -> None:
        operation_id = await operations.fetch("aggregate", "https://example.org/video.mp4")
        assert (await ended(operations, operation_id)).message == message
        assert world.files(operation_id) == ["operation.json"]

    live(world, work, max_video=len(VIDEO))


def test_an_address_that_hangs_does_not_hold_up_what_was_uploaded(world: World) -> None:
    world.fetcher.seconds = 500

    async def work(operations: Operations) -> None:
        for _ in range(5):
            await operations.fetch("aggregate", "https://example.org/video.mp4")
        operation_id = await operations.upload("aggregate", body(VIDEO))
        async with asyncio.timeout(11):
            await ended(operations, operation_id)

    live(world, work)


def test_a_result_expires(world: World) -> None:
    async def work(operations: Operations) -> None:
        operation_id = await operations.upload("aggregate", body(VIDEO))
        await ended(operations, operation_id)
        world.ahead = 1e6  # a clock that is set changes nothing
        await asyncio.sleep(99)
        assert await operations.find(operation_id)
        world.ahead = -1e6
        await asyncio.sleep(2)
        assert (await refusal(operations.find(operation_id))).code == "OperationNotFound"
        await asyncio.sleep(1)
        assert world.held() == []
        assert operations.figures.expired == 1

    live(world, work, keep=100.0)


def test_where_nothing_is_kept_the_first_reading_is_the_last(world: World) -> None:
    async def work(operations: Operations) -> None:
        operation_id = await operations.upload("aggregate", body(VIDEO))
        operation = await ended(operations, operation_id)
        assert await result_of(operations, operation)
        await operations.seen(operation)
        assert world.held() == []
        assert (await refusal(operations.find(operation_id))).status_code == 404
        unread = await operations.upload("aggregate", body(VIDEO))
        await ended(operations, unread)
        await asyncio.sleep(86_300)
        assert await operations.find(unread)
        await asyncio.sleep(200)
        assert world.held() == []

    live(world, work, keep=0.0)


def test_a_result_goes_on_being_read_after_it_was_removed(world: World) -> None:
    async def work(operations: Operations) -> bytes:
        operation = await ended(operations, await operations.upload("aggregate", body(VIDEO)))
        result = await operations.result(operation)
        await operations.seen(operation)
        with result.file:
            return b"".join([piece async for piece in operations.pieces(result)])

    world.reader.outcome = '{"é": "' + "\U0001f600" * 700_000 + '"}'
    text: str = json.loads(live(world, work, keep=0.0))
    assert text == world.reader.outcome


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../../etc/passwd", "a" * 100_000, "operations.lock", "\0", "00000000-0000"]
)
def test_an_operation_that_is_none_is_not_found(world: World, name: str) -> None:
    async def work(operations: Operations) -> EmotionError:
        return await refusal(operations.find(name))

    error: EmotionError = live(world, work)
    assert (error.status_code, error.code) == (404, "OperationNotFound")
    assert len(error.message) < 300


def test_a_full_disk_refuses_videos_and_the_service_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(free=1000)
    monkeypatch.setattr("web.emotion.operation_folder.shutil.disk_usage", lambda _: usage)

    async def work(operations: Operations) -> None:
        refused = await refusal(operations.upload("aggregate", body(VIDEO)))
        assert (refused.status_code, refused.message) == (503, "The disk of the service is full.")
        assert world.held() == []
        usage.free = 1 << 40
        assert (await ended(operations, await operations.upload("aggregate", body(VIDEO)))).message is None
        usage.free = 1000
        fetched = await refusal(operations.fetch("aggregate", "https://example.org/"))
        assert fetched.status_code == 503

    live(world, work)


def test_a_fetched_video_leaves_the_disk_its_spare_room(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(free=SPARE + len(VIDEO) - 1)
    monkeypatch.setattr("web.emotion.operation_folder.shutil.disk_usage", lambda _: usage)

    async def work(operations: Operations) -> None:
        failed = await ended(operations, await operations.fetch("aggregate", "https://example.org/"))
        assert (failed.status, failed.message) == ("Failed", "The disk of the service is full.")
        assert world.files(failed.id) == ["operation.json"]
        usage.free += 1
        assert (
            await ended(operations, await operations.fetch("aggregate", "https://example.org/"))
        ).message is None

    live(world, work)


def test_a_disk_that_fills_up_while_a_video_comes_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(free=1 << 30)
    monkeypatch.setattr("web.emotion.operation_folder.shutil.disk_usage", lambda _: usage)

    async def filling() -> Any:
        yield bytes(300_000)
        assert len(world.held()) == 1
        usage.free = 1000
        yield bytes(300_000)

    async def work(operations: Operations) -> None:
        assert (await refusal(operations.upload("aggregate", filling()))).status_code == 503
        assert world.held() == []

    live(world, work)


def test_a_folder_that_cannot_be_used_is_tried_until_it_can(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "web.emotion.operation_opening")
    world.folder.write_text("a file stands here")

    async def work(operations: Operations) -> None:
        refused = await refusal(operations.upload("aggregate", body(VIDEO)))
        assert refused.status_code == 503
        assert refused.message == "The service cannot use its folder of operations: File exists."
        assert (await refusal(operations.find("x"))).status_code == 503
        await asyncio.sleep(300)
        assert len(caplog.messages) == 1
        world.folder.unlink()
        await asyncio.sleep(60)
        assert await operations.upload("aggregate", body(VIDEO))

    live(world, work)
    assert caplog.messages[1:] == ["the Emotion API takes videos again"]


def test_a_folder_deleted_under_the_service_is_made_anew(world: World) -> None:
    async def work(operations: Operations) -> None:
        operation_id = await operations.upload("aggregate", body(VIDEO))
        await asyncio.sleep(1)
        world.folder.rename(world.folder.with_name("elsewhere"))
        await asyncio.sleep(20)
        assert (await refusal(operations.find(operation_id))).status_code == 404
        assert (await ended(operations, await operations.upload("aggregate", body(VIDEO)))).message is None

    live(world, work)


def test_of_two_services_the_second_leaves_the_first_ones_operations_alone(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    other = World(world.folder, FakeReader(), FakeFetcher())

    async def main() -> None:
        async with world.service() as first:
            operation_id = await first.upload("aggregate", body(VIDEO))
            async with other.service() as second:
                refused = await refusal(second.upload("aggregate", body(VIDEO)))
                assert refused.status_code == 503
                assert refused.message == "Videos cannot be taken at the moment."
                assert (await refusal(second.find(operation_id))).status_code == 503
                assert (await ended(first, operation_id)).status == "Succeeded"
            assert world.files(operation_id) == ["operation.json", "result.json"]
            assert f"process {os.getpid()}" in caplog.text
            assert "emotion_api.folder" in caplog.text
        async with other.service() as third:
            assert (await third.find(operation_id)).status == "Succeeded"
        assert other.reader.read_videos == []

    run_virtual(main())
