"""Streams pulled by WHEP, from a real server over real sockets, with all the ways it can refuse."""

from __future__ import annotations

import asyncio
import base64
import ssl
from contextlib import aclosing
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from stream.addresses import parse_address
from stream.backoff import Backoff
from stream.limits import Limits
from stream.source import SourceError
from stream.supervise import supervise
from stream.webrtc.options import WebRtcOptions
from stream.webrtc.peer import Peer
from stream.webrtc.whep import WhepSource
from stream.webrtc.whep_signalling import LONGEST_ANSWER
from tests.certificates import certificate
from tests.e2e.clips import drawn
from tests.whep_server import SDP, Answer, WhepServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import av

    from stream.frame import Frame
    from stream.source import State

LIMITS = Limits(open=3, first_frame=3, stall=1)
LOCAL = WebRtcOptions(ports=(52000, 52099), loopback=True)
PLAYED = (
    "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
    "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n"
    "a=fingerprint:sha-256 01:02\r\na=setup:active\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=sendonly\r\n"
    "a=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\n"
)
HUGE = "9" * 5000
LOST = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"


@pytest.fixture(scope="module")
def pictures() -> list[av.VideoFrame]:
    return list(drawn(1, fps=30, width=320, height=180))


@pytest.fixture
async def server(pictures: list[av.VideoFrame]) -> AsyncIterator[WhepServer]:
    async with WhepServer(pictures).serving() as running:
        yield running


def _source(url: str, limits: Limits = LIMITS) -> WhepSource:
    return WhepSource("lobby", parse_address(url), LOCAL, limits=limits)


async def _frames(source: WhepSource, count: int) -> list[Frame]:
    frames = []
    async with aclosing(source.frames()) as coming:
        async for frame in coming:
            frames.append(frame)
            if len(frames) == count:
                break
    return frames


async def _failure(url: str, limits: Limits = LIMITS) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await _frames(_source(url, limits), 1)
    assert caught.value.message.endswith(".")
    return caught.value


async def test_pictures_come_with_rising_times_and_the_session_is_ended(server: WhepServer) -> None:
    source = _source(server.url())

    frames = await _frames(source, 5)

    assert [frame.sequence for frame in frames] == list(range(5))
    assert all(one.captured < two.captured for one, two in pairwise(frames))
    assert (frames[0].pixels.width, frames[0].pixels.height) == (320, 180)
    assert source.info is not None
    assert (source.info.width, source.info.height) == (320, 180)
    assert source.figures.decoded >= 5
    assert [request.method for request in server.requests] == ["POST", "DELETE"]
    assert server.sessions == {}


@pytest.mark.parametrize(
    ("status", "location"),
    [(201, "http://127.0.0.1:{port}/live/whep/{session}"), (200, "whep/{session}")],
    ids=["absolute", "relative, 200"],
)
async def test_servers_name_the_session_in_their_own_ways(
    server: WhepServer, status: int, location: str
) -> None:
    server.status, server.location = status, location
    await _frames(_source(server.url()), 1)
    assert server.sessions == {}


async def test_a_server_that_names_no_session_is_left_without_a_word(server: WhepServer) -> None:
    server.location = None
    await _frames(_source(server.url()), 1)
    assert [request.method for request in server.requests] == ["POST"]


@pytest.mark.parametrize("codec", ["video/H264", "video/VP8"])
async def test_the_server_chooses_the_codec(server: WhepServer, codec: str) -> None:
    server.codec = codec
    source = _source(server.url())
    await _frames(source, 1)
    assert source.info is not None
    assert source.info.codec == codec.partition("/")[2].lower()


@pytest.mark.parametrize(
    ("credentials", "header"),
    [
        ("viewer:s3cr%40et", "Basic " + base64.b64encode(b"viewer:s3cr@et").decode()),
        ("eyJhbGci.OiJI", "Bearer eyJhbGci.OiJI"),
    ],
    ids=["user and password", "token"],
)
async def test_credentials_of_the_address_are_sent(server: WhepServer, credentials: str, header: str) -> None:
    server.authorization = header
    await _frames(_source(server.url(credentials=credentials)), 1)
    assert [request.headers["authorization"] for request in server.requests] == [header, header]


async def test_wrong_credentials_are_said_so_and_not_shown(server: WhepServer) -> None:
    server.authorization = "Bearer right"
    failure = await _failure(server.url(credentials="gu3ssed"))
    assert failure.code == "unauthorized"
    assert "authentication error" in failure.message
    assert "gu3ssed" not in failure.message


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (Answer(403), "unauthorized", "token@host"),
        (Answer(404), "notFound", "nobody publishes"),
        (Answer(405), "protocol", "ending in /whep"),
        (Answer(406, {"Content-Type": SDP}, "v=0\r\n"), "protocol", "make the offer itself"),
        (
            Answer(400, {"Content-Type": "application/json"}, '{"error": "codecs not supported"}'),
            "codec",
            "H.264",
        ),
        (
            Answer(302, {"Location": "http://u:hunter2@other/a"}),
            "protocol",
            "has moved (302) to “http://***@other/a”",
        ),
        (
            Answer(503, {"Content-Type": "text/plain"}, "full\r\n\x1b[31m house"),
            "protocol",
            "full [31m house",
        ),
        (Answer(201, {"Content-Type": "text/html"}, "<html>"), "protocol", "perhaps a web page"),
        (Answer(201, {"Content-Type": SDP}, "nonsense"), "protocol", "no session description"),
        (Answer(201, {"Content-Type": SDP}, LOST), "protocol", "sends no video"),
        (Answer(201, {"Content-Type": SDP}, "v" * (LONGEST_ANSWER + 1)), "protocol", "more than 64 kB"),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Answer) else "",
)
async def test_each_refusal_has_its_code_and_says_what_to_do(
    server: WhepServer, answer: Answer, code: str, words: str
) -> None:
    server.answers["/other/whep"] = answer
    failure = await _failure(server.url("/other/whep"))
    assert failure.code == code
    assert words in failure.message


async def test_a_server_that_sends_another_codec_is_told_apart(server: WhepServer) -> None:
    sdp = LOST + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=sendonly\r\na=rtpmap:96 H265/90000\r\n"
    server.answers["/hevc/whep"] = Answer(201, {"Content-Type": SDP}, sdp)
    failure = await _failure(server.url("/hevc/whep"))
    assert failure.code == "codec"
    assert "H265" in failure.message


async def test_nothing_there_is_unreachable(server: WhepServer) -> None:
    url = server.url().replace(str(server.port), "1")
    assert (await _failure(url)).code == "unreachable"
    assert (await _failure("whep://no-such-host.invalid/a/whep")).code == "unreachable"


async def test_a_server_that_never_answers_is_a_timeout(server: WhepServer) -> None:
    server.answers["/slow/whep"] = None
    failure = await _failure(server.url("/slow/whep"), Limits(open=0.3))
    assert failure.code == "timeout"


async def test_a_server_that_answers_but_never_connects_is_a_timeout(server: WhepServer) -> None:
    async with WhepServer(server.pictures).serving() as other:
        await _frames(_source(other.url()), 1)
        offer = other.requests[0].body
        answered = await other._play(offer)  # noqa: SLF001 - an answer whose peer is about to go
    server.answers["/gone/whep"] = answered
    failure = await _failure(server.url("/gone/whep"), Limits(open=1, first_frame=1))
    assert failure.code == "timeout"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("t=0 0", "t=0 0\r\na=group:"), "timeout"),  # nobody is there, once it is understood
        (("SAVPF 96", f"SAVPF 96 {HUGE}\r\na=rtpmap:{HUGE} H264/90000"), "timeout"),
        (
            ("a=rtcp-mux", f"a=extmap:{HUGE} http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"),
            "timeout",
        ),
        (("SAVPF 96", "SAVPF 96" + " 1" * 20000), "protocol"),
        (("m=video 9", f"m=video {HUGE}"), "protocol"),
    ],
    ids=["group", "payload type", "extension", "formats", "port"],
)
async def test_an_answer_full_of_nonsense_ends_no_more_than_the_attempt(
    server: WhepServer, change: tuple[str, str], code: str
) -> None:
    server.answers["/odd/whep"] = Answer(201, {"Content-Type": SDP}, PLAYED.replace(*change))
    failure = await _failure(server.url("/odd/whep"), Limits(open=0.5, first_frame=0.5))
    assert failure.code == code


@pytest.mark.parametrize(
    "location",
    [
        "http://a..b/x",
        f"http://{'a' * 64}.test/x",
        "http://127.0.0.1:99999/x",
        "http://127.0.0.1:0/x",
        "http://xn--a/x",
        "http://[::1",
        f"http://127.0.0.1:{'9' * 5000}/x",
        "x" * 70000,
    ],
    ids=lambda location: location[:24],
)
async def test_a_location_that_cannot_be_ends_no_more_than_the_attempt(
    server: WhepServer, location: str
) -> None:
    named = Answer(201, {"Content-Type": SDP, "Location": location}, PLAYED)
    server.answers.update({"/named/whep": named, "/moved/whep": Answer(307, {"Location": location})})
    limits = Limits(open=0.5, first_frame=0.5)
    assert (await _failure(server.url("/named/whep"), limits)).code in ("protocol", "timeout")
    assert (await _failure(server.url("/moved/whep"), limits)).code == "protocol"
    assert [request.method for request in server.requests] == ["POST", "POST"]


async def test_what_nobody_has_foreseen_is_a_failure_of_this_source_alone(
    server: WhepServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def accept(_peer: Peer, _answer: str) -> None:
        raise ExceptionGroup("attempts", [OverflowError("port must be 0-65535")])

    monkeypatch.setattr(Peer, "accept", accept)
    failure = await _failure(server.url())
    assert failure.code == "protocol"
    assert "unforeseen" in caplog.text
    assert [request.method for request in server.requests] == ["POST", "DELETE"]


async def test_a_session_on_another_port_is_never_deleted(server: WhepServer) -> None:
    async with WhepServer(server.pictures).serving() as other:
        server.location = f"http://127.0.0.1:{other.port}/api/v1/streams/lobby"
        await _frames(_source(server.url()), 1)
        assert other.requests == []


async def test_after_a_redirect_the_name_has_to_be_in_the_certificate(
    server: WhepServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which is for localhost; the connections after the first go to an address, for that name."""
    files = certificate(tmp_path, "whep")
    monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*files)
    async with WhepServer(server.pictures).serving(context) as secure:
        secure.answers["/old/whep"] = Answer(307, {"Location": "/live/whep"})
        url = secure.url("/old/whep", scheme="wheps")
        await _frames(_source(url.replace("127.0.0.1", "localhost")), 1)
        assert [request.method for request in secure.requests] == ["POST", "POST", "DELETE"]
        assert {request.headers["host"] for request in secure.requests} == {f"localhost:{secure.port}"}
        secure.answers["/old/whep"] = Answer(307, {"Location": f"https://127.0.0.1:{secure.port}/live/whep"})
        assert (await _failure(url.replace("127.0.0.1", "localhost"))).code == "tls"


async def test_a_certificate_that_nobody_vouches_for_is_refused(server: WhepServer, tmp_path: Path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate(tmp_path, "whep"))
    async with WhepServer(server.pictures).serving(context) as secure:
        failure = await _failure(secure.url(scheme="wheps"))
    assert failure.code == "tls"
    assert "certificate" in failure.message
    assert secure.requests == []


async def test_a_server_without_tls_is_told_from_one_with_a_bad_certificate(server: WhepServer) -> None:
    failure = await _failure(server.url(scheme="wheps"))
    assert failure.code == "tls"
    assert "whep://" in failure.message


@pytest.mark.parametrize("status", [307, 308])
async def test_a_redirect_is_followed_with_the_offer(server: WhepServer, status: int) -> None:
    server.answers["/old/whep"] = Answer(status, {"Location": "/live/whep"})
    await _frames(_source(server.url("/old/whep")), 1)
    assert [request.method for request in server.requests] == ["POST", "POST", "DELETE"]


async def test_credentials_do_not_follow_to_another_server(server: WhepServer) -> None:
    async with WhepServer(server.pictures).serving() as other:
        target = f"http://127.0.0.1:{other.port}/live/whep"
        server.answers["/old/whep"] = Answer(307, {"Location": target})
        await _frames(_source(server.url("/old/whep", credentials="s3cret")), 1)
        assert "authorization" in server.requests[0].headers
        assert [request.method for request in other.requests] == ["POST", "DELETE"]
        assert all("authorization" not in request.headers for request in other.requests)


async def test_redirects_in_a_circle_come_to_an_end(server: WhepServer) -> None:
    server.answers["/a/whep"] = Answer(307, {"Location": "/a/whep"})
    failure = await _failure(server.url("/a/whep"))
    assert failure.code == "protocol"
    assert len(server.requests) == 4


async def test_a_server_that_goes_away_is_reconnected_to(server: WhepServer) -> None:
    states: list[tuple[State, str | None]] = []
    again = asyncio.Event()
    frames: list[Frame] = []

    def report(state: State, error: SourceError | None) -> None:
        states.append((state, error.code if error else None))
        if [state for state, _ in states].count("running") == 2:
            again.set()

    async def deliver(frame: Frame) -> None:
        frames.append(frame)
        if len(frames) == 3:
            await server.hang_up()

    following = asyncio.create_task(
        supervise(_source(server.url()), deliver, report, backoff=Backoff(first=0.01, cap=0.01))
    )
    async with asyncio.timeout(10):
        await again.wait()
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)

    assert states[0] == ("connecting", None)
    assert states[1] == ("running", None)
    assert states[2][0] == "reconnecting"
    assert states[2][1] in {"ended", "timeout"}
    assert [frame.sequence for frame in frames] == list(range(len(frames)))


async def test_a_server_that_sends_nothing_more_is_a_timeout(server: WhepServer) -> None:
    source = _source(server.url(), Limits(open=3, first_frame=3, stall=0.5))

    async def follow() -> None:
        async with aclosing(source.frames()) as frames:
            async for _ in frames:
                server.playing.clear()

    with pytest.raises(SourceError, match=r"no video for 0\.5 s") as caught:
        await follow()
    assert caught.value.code == "timeout"
    assert server.sessions == {}


async def test_a_server_that_connects_and_sends_nothing_is_a_timeout(server: WhepServer) -> None:
    server.playing.clear()
    failure = await _failure(server.url(), Limits(open=3, first_frame=0.5))
    assert failure.code == "timeout"


async def test_leaving_does_not_wait_for_a_server_that_hangs(server: WhepServer) -> None:
    server.location = "/hanging"
    server.answers["/hanging"] = None
    async with asyncio.timeout(5):
        await _frames(_source(server.url(), Limits(open=3, first_frame=3, stall=1, close=0.2)), 1)
