"""Cameras on the network, with real peers on loopback: what flows, what fails and how it is called."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import threading
import time
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from stream.addresses import parse_address
from stream.av_source import AvSource
from stream.limits import Limits
from stream.source import SourceError
from tests.peers import Camera, folder, hang_up, listening, saying, self_signed, silence
from tests.videos import number_of, write_video

if TYPE_CHECKING:
    from pathlib import Path

    from stream.frame import Frame
    from tests.peers import Speak

LIMITS = Limits(open=1.5, first_frame=1.5, stall=0.5)


def source(url: str, fps: float = 100, limits: Limits = LIMITS) -> AvSource:
    return AvSource("camera", parse_address(url), fps=fps, limits=limits)


def decoders() -> int:
    """Threads that decode, in this process: those of other tests may end at any time."""
    return sum(thread.name.startswith("decode ") for thread in threading.enumerate())


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


async def until_decoders_are_at_most(count: int) -> None:
    """A thread that was let go ends as soon as the machine finds the time."""
    async with asyncio.timeout(5):
        while decoders() > count:  # noqa: ASYNC110 - nobody else is told of it
            await asyncio.sleep(0.02)


async def take(camera: AvSource, count: int) -> list[Frame]:
    frames: list[Frame] = []
    async with aclosing(camera.frames()) as coming:
        async for frame in coming:
            frames.append(frame)
            if len(frames) == count:
                break
    return frames


async def failure(camera: AvSource) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await take(camera, 10_000)
    return caught.value


async def failure_of(speak: Speak, url: str) -> SourceError:
    async with listening(speak) as port:
        error = await failure(source(url.format(port=port)))
        assert f"127.0.0.1:{port}" in error.message
        return error


async def test_an_mjpeg_camera_is_read_as_it_sends() -> None:
    async with listening(Camera()) as port:
        camera = source(f"http://127.0.0.1:{port}/video.mjpg")
        frames = await take(camera, 15)
    assert [frame.sequence for frame in frames] == list(range(15))
    numbers = [number_of(frame.pixels.bgr(160, 120)) for frame in frames]
    assert numbers == sorted(numbers)
    assert all(0 <= time.monotonic() - frame.captured < 5 for frame in frames)
    pts = [frame.pts for frame in frames if frame.pts is not None]
    assert pts[-1] == pytest.approx(frames[-1].captured - frames[0].captured, abs=0.02)
    assert camera.info is not None
    assert (camera.info.width, camera.info.height, camera.info.codec) == (160, 120, "mjpeg")


async def test_only_the_pictures_that_are_due_are_decoded() -> None:
    async with listening(Camera(fps=50)) as port:
        camera = source(f"http://127.0.0.1:{port}/", fps=10)
        frames = await take(camera, 8)
    assert frames[-1].captured - frames[0].captured == pytest.approx(0.7, abs=0.3)
    assert camera.figures.decoded <= 12
    assert camera.figures.dropped["fps"] > camera.figures.decoded


async def test_the_right_password_opens_and_a_wrong_one_is_unauthorized_and_not_shown() -> None:
    async with listening(Camera(login=b"viewer:s3cret")) as port:
        await take(source(f"http://viewer:s3cret@127.0.0.1:{port}/"), 1)
        error = await failure(source(f"http://viewer:guessed@127.0.0.1:{port}/"))
    assert error.code == "unauthorized"
    assert "guessed" not in error.message
    assert "viewer" not in error.message


async def test_a_camera_that_falls_silent_is_a_timeout_within_the_stall_limit() -> None:
    speaking = Camera()
    async with listening(speaking) as port:
        camera = source(f"http://127.0.0.1:{port}/")
        async with aclosing(camera.frames()) as coming:
            await anext(coming)
            speaking.flowing.clear()
            silent_since = time.monotonic()
            with pytest.raises(SourceError) as caught:
                async for _ in coming:
                    pass
        assert caught.value.code == "timeout"
        assert time.monotonic() - silent_since < LIMITS.stall + 2
        speaking.flowing.set()
        frames = await take(camera, 2)
    assert frames[0].sequence >= 1
    assert frames[0].pts is not None
    assert frames[0].pts > LIMITS.stall


async def test_a_camera_that_hangs_up_has_ended() -> None:
    speaking = Camera()
    async with listening(speaking) as port:
        camera = source(f"http://127.0.0.1:{port}/")
        async with aclosing(camera.frames()) as coming:
            await anext(coming)
            speaking.hanging_up = True
            with pytest.raises(SourceError) as caught:
                async for _ in coming:
                    pass
    assert caught.value.code == "ended"


async def test_closing_takes_no_longer_than_a_picture() -> None:
    async with listening(Camera()) as port:
        threads = decoders()
        coming = source(f"http://127.0.0.1:{port}/").frames()
        await anext(coming)
        began = time.monotonic()
        await coming.aclose()
        assert time.monotonic() - began < LIMITS.stall
        await until_decoders_are_at_most(threads)


async def test_cancelling_closes_the_connection() -> None:
    async with listening(Camera()) as port:
        camera = source(f"http://127.0.0.1:{port}/")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await take(camera, 10_000)
        assert camera.figures.decoded > 0


async def test_a_thread_that_blocks_is_left_behind_and_ends_by_itself() -> None:
    async with listening(silence) as port:
        threads = decoders()
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await take(source(f"rtsp://127.0.0.1:{port}/", limits=Limits(1.0, 1.0, 0.5, close=0.1)), 1)
        assert time.monotonic() - began < 1.0  # which the thread waits for
        await until_decoders_are_at_most(threads)


async def test_twenty_openings_leave_no_thread_and_no_socket() -> None:
    async with listening(Camera(fps=100)) as port, listening(hang_up) as dead:
        await take(source(f"http://127.0.0.1:{port}/"), 1)
        await asyncio.sleep(0.1)
        threads, files = decoders(), open_files()
        for _ in range(20):
            await take(source(f"http://127.0.0.1:{port}/"), 2)
            await failure(source(f"rtsp://127.0.0.1:{dead}/"))
        await until_decoders_are_at_most(threads)
        async with asyncio.timeout(5):
            while open_files() > files:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)


@pytest.mark.parametrize("scheme", ["rtsp", "http", "rtmp"])
async def test_a_port_that_says_nothing_is_a_timeout(scheme: str) -> None:
    began = time.monotonic()
    error = await failure_of(silence, scheme + "://127.0.0.1:{port}/stream")
    assert error.code == "timeout"
    assert time.monotonic() - began < LIMITS.open + 3


@pytest.mark.parametrize("scheme", ["rtsp", "rtsps", "http", "https", "rtmp"])
async def test_a_port_where_nobody_listens_is_unreachable(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = await failure(source(f"{scheme}://user:secret@127.0.0.1:{port}/a?token=secret"))
    assert error.code == "unreachable"
    assert f"127.0.0.1:{port}" in error.message
    assert "secret" not in error.message


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
async def test_a_name_nobody_knows_is_unreachable(scheme: str) -> None:
    error = await failure(source(f"{scheme}://camera.invalid/stream"))
    assert (error.code, "camera.invalid" in error.message) == ("unreachable", True)


@pytest.mark.parametrize("status", [b"401 Unauthorized", b"403 Forbidden"])
async def test_refused_credentials_are_unauthorized(status: bytes) -> None:
    rtsp = b"RTSP/1.0 " + status + b'\r\nCSeq: {cseq}\r\nWWW-Authenticate: Basic realm="c"\r\n\r\n'
    http = b"HTTP/1.1 " + status + b'\r\nWWW-Authenticate: Basic realm="c"\r\nContent-Length: 0\r\n\r\n'
    assert (await failure_of(saying(rtsp), "rtsp://u:p@127.0.0.1:{port}/a")).code == "unauthorized"
    assert (await failure_of(saying(http), "http://u:p@127.0.0.1:{port}/a")).code == "unauthorized"


async def test_a_path_that_does_not_exist_is_not_found() -> None:
    rtsp = b"RTSP/1.0 404 Not Found\r\nCSeq: {cseq}\r\n\r\n"
    http = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    assert (await failure_of(saying(rtsp), "rtsp://127.0.0.1:{port}/a")).code == "notFound"
    assert (await failure_of(saying(http), "http://127.0.0.1:{port}/a")).code == "notFound"


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "501 Unsupported method", "200 OK"])
async def test_rtsp_to_a_web_server_is_a_protocol_error(status: str) -> None:
    answer = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()
    error = await failure_of(saying(answer), "rtsp://127.0.0.1:{port}/a")
    assert (error.code, "does not speak RTSP but HTTP" in error.message) == ("protocol", True)


@pytest.mark.parametrize("scheme", ["rtsp", "http", "rtmp"])
async def test_a_peer_that_hangs_up_at_once_is_a_protocol_error(scheme: str) -> None:
    assert (await failure_of(hang_up, scheme + "://127.0.0.1:{port}/a/b")).code == "protocol"


async def answer_in_plain_text(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.mark.parametrize("scheme", ["rtsps", "https"])
@pytest.mark.parametrize("speak", [answer_in_plain_text, hang_up])
async def test_a_port_without_tls_is_a_tls_error(scheme: str, speak: Speak) -> None:
    assert (await failure_of(speak, scheme + "://127.0.0.1:{port}/a")).code == "tls"


async def test_a_web_page_is_a_protocol_error() -> None:
    page = b"<html><body>Settings</body></html>" * 50
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page) + page
    assert (await failure_of(saying(answer), "http://127.0.0.1:{port}/")).code == "protocol"


async def test_a_certificate_the_camera_signed_itself_is_good_enough(tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("needs the command openssl to make a certificate")
    async with listening(Camera(), self_signed(tmp_path)) as port:
        frames = await take(source(f"https://127.0.0.1:{port}/"), 3)
    assert len(frames) == 3


async def test_hls_is_played_at_its_own_pace(tmp_path: Path) -> None:
    for index in range(3):
        write_video(
            tmp_path / f"{index}.ts", 12, first=12 * index, container={"output_ts_offset": str(index * 0.48)}
        )
    playlist = "".join(f"#EXTINF:0.48,\n{index}.ts\n" for index in range(3))
    head = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n"
    (tmp_path / "live.m3u8").write_text(f"{head}{playlist}#EXT-X-ENDLIST\n")
    async with listening(folder(tmp_path)) as port:
        frames = await take(source(f"http://127.0.0.1:{port}/live.m3u8"), 1000)
    assert frames[-1].captured - frames[0].captured == pytest.approx(35 / 25, abs=0.2)
    numbers = [number_of(frame.pixels.bgr(160, 120)) for frame in frames]
    assert numbers[0] == 0
    assert len(frames) >= 30


@pytest.mark.parametrize("target", ["file:///etc/passwd", "file://{folder}/secret.ts", "{folder}/secret.ts"])
async def test_a_playlist_from_the_network_reads_no_local_file(tmp_path: Path, target: str) -> None:
    served, local = tmp_path / "served", tmp_path / "local"
    served.mkdir()
    local.mkdir()
    write_video(local / "secret.ts", 25)
    segment = target.format(folder=local)
    (served / "live.m3u8").write_text(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{segment}\n#EXT-X-ENDLIST\n"
    )
    async with listening(folder(served)) as port:
        with pytest.raises(SourceError):
            await take(source(f"http://127.0.0.1:{port}/live.m3u8"), 1)


async def test_a_redirect_to_a_file_is_not_followed(tmp_path: Path) -> None:
    path = write_video(tmp_path / "secret.mp4", 5)
    answer = f"HTTP/1.1 302 Found\r\nLocation: file://{path}\r\nContent-Length: 0\r\n\r\n".encode()
    assert (await failure_of(saying(answer), "http://127.0.0.1:{port}/")).code == "protocol"


async def test_a_recording_over_http_ends_and_does_not_fail(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", 20)
    async with listening(folder(tmp_path)) as port:
        frames = await take(source(f"http://127.0.0.1:{port}/a.mp4"), 1000)
    assert 15 <= len(frames) <= 20
