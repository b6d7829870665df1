"""Which addresses are taken, and what is said of the others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.addresses import Address, AddressError, check_address, parse_address


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("rtsp://user:secret@10.0.0.7/stream2", "rtsp"),
        ("RTSPS://camera.example:322/a", "rtsp"),
        ("http://camera/video.mjpg", "http"),
        ("https://cdn.example/live/index.m3u8", "http"),
        ("rtmp://server/app/stream", "rtmp"),
        ("srt://server:9000?mode=caller", "srt"),
        ("file:///videos/a%20day.mp4", "file"),
        ("file:clip.mp4", "file"),
        ("/videos/clip.mp4", "file"),
        ("clip.mp4", "file"),
        ("./12:30.mp4", "file"),
        ("C:\\videos\\clip.mp4", "file"),
        ("/dev/video0", "device"),
        ("/dev/shm/clip.mp4", "file"),
        ("/dev/v4l/by-id/usb-046d_HD_Pro-video-index0", "device"),
        ("pattern:?people=2", "pattern"),
        ("whip:", "whip"),
        ("WHIP:", "whip"),
        ("whep://mediamtx.local:8889/lobby/whep", "whep"),
        ("wheps://token@customer.example/abc/webRTC/play", "whep"),
        ("whep://go2rtc:1984/api/webrtc?src=door", "whep"),
    ],
)
def test_addresses_that_work(url: str, kind: str) -> None:
    assert check_address(url) == kind


@pytest.mark.parametrize(
    "url",
    [
        "concat:/etc/passwd|a.mp4",
        "pipe:0",
        "data:text/plain,x",
        "ftp://h/a",
        "gopher://h/",
        "tcp://h:1",
        "async:a",
    ],
)
def test_other_schemes_are_refused_and_the_working_ones_named(url: str) -> None:
    scheme = url.partition(":")[0]
    with pytest.raises(AddressError, match=f"“{scheme}:”.*rtsp, rtsps, http, https.*pattern:"):
        parse_address(url)


@pytest.mark.parametrize("url", ["", "  ", "rtsp://h/a\r\nX: y", "rtsp:h/a", "rtsp:///a", "srt://h", "file:"])
def test_what_names_no_place_is_refused(url: str) -> None:
    with pytest.raises(AddressError):
        parse_address(url)


@pytest.mark.parametrize("host", ["a..b", ".b", "a" * 64, "xn--a", "xn--99999999"])
@pytest.mark.parametrize("scheme", ["whep", "rtsp"])
def test_a_host_that_no_name_server_could_know_is_refused(scheme: str, host: str) -> None:
    with pytest.raises(AddressError, match="names a host that cannot be"):
        parse_address(f"{scheme}://u:p@{host}/x")


@pytest.mark.parametrize("host", ["camera_1.local", "cam.", "straße.test", "xn--strae-oqa.test", "[fe80::1]"])
def test_a_host_with_an_unusual_name_is_taken(host: str) -> None:
    assert check_address(f"whep://{host}/x") == "whep"


@pytest.mark.parametrize("path", ["/dev/sda", "/dev/zero", "/dev/video", "/dev/video0/../sda"])
def test_devices_that_are_no_cameras_are_refused(path: str) -> None:
    with pytest.raises(AddressError, match="/dev/video0"):
        parse_address(path)


def test_a_file_on_another_host_is_refused() -> None:
    with pytest.raises(AddressError, match="has to lie on this machine"):
        parse_address("file://nas/clip.mp4")


@pytest.mark.parametrize(
    "url", ["rtsp://admin:hun/ter2@h/a", "rtsp://admin:hunter2", "rtsp://u:hunter2@[::1/"]
)
def test_a_password_that_breaks_the_address_is_not_quoted(url: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_address(url)
    assert "hun" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("url", ["pattern:?people=99", "pattern:nonsense", "pattern:?colour=red"])
def test_a_pattern_with_a_wrong_setting_is_refused(url: str) -> None:
    with pytest.raises(AddressError, match="test pattern"):
        parse_address(url)


def test_an_address_knows_its_peer() -> None:
    assert parse_address("rtsps://u:p@[fe80::1]/a") == Address(
        "rtsp", "rtsps://u:p@[fe80::1]/a", "rtsps://***@[fe80::1]/a", "fe80::1", 322, tls=True
    )
    assert parse_address("rtsps://u:p@[fe80::1]/a").peer == "[fe80::1]:322"
    assert parse_address("http://camera/a").peer == "camera:80"


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("whep://server/a/whep", 80, False),
        ("wheps://server/a/whep", 443, True),
        ("whep://server:8889/a/whep", 8889, False),
    ],
)
def test_whep_comes_by_http_or_https(url: str, port: int, tls: bool) -> None:
    assert parse_address(url) == Address("whep", url, url, "server", port, tls)


@pytest.mark.parametrize("credentials", ["viewer:s3cret", "eyJhbGciOi.s3cret"])
def test_a_user_and_a_token_of_a_whep_server_are_hidden(credentials: str) -> None:
    address = parse_address(f"wheps://{credentials}@server/a/whep?jwt=s3cret")
    assert address.shown == "wheps://***@server/a/whep?jwt=***"


def test_a_token_that_http_cannot_carry_is_refused_and_not_quoted() -> None:
    with pytest.raises(AddressError, match="HTTP cannot carry") as caught:
        parse_address("whep://schl%C3%BCssel@server/a/whep")
    assert "schl" not in str(caught.value)


@pytest.mark.parametrize("url", ["whip://user:hunter2@server/whip/a", "whip:lobby"])
def test_whip_stands_alone_and_says_how_to_publish(url: str) -> None:
    with pytest.raises(AddressError, match=r"just whip:.*/whip/.*whep://") as caught:
        parse_address(url)
    assert "hunter2" not in str(caught.value)


def test_rtsp_comes_over_udp_on_request() -> None:
    address = parse_address("rtsp://camera/a#udp")
    assert (address.target, address.udp) == ("rtsp://camera/a", True)
    assert not parse_address("rtsp://camera/a").udp


def test_ffmpeg_is_never_given_a_bare_path() -> None:
    assert parse_address("rec/concat.mp4").target == "file:rec/concat.mp4"
    assert parse_address("file:///a%20b.mp4").target == "file:/a b.mp4"


@given(st.text())
def test_any_text_is_either_an_address_or_an_address_error(text: str) -> None:
    try:
        parse_address(text)
    except AddressError as error:
        assert str(error).endswith((".", ". "))  # noqa: PT017 - either way is right
