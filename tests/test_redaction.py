"""No credential survives redaction, however the address is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.redaction import redact, scrub


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rtsp://10.0.0.7:554/stream2", "rtsp://10.0.0.7:554/stream2"),
        ("rtsp://user:secret@10.0.0.7/stream2", "rtsp://***@10.0.0.7/stream2"),
        ("rtsp://user@10.0.0.7/stream2", "rtsp://***@10.0.0.7/stream2"),
        ("RTSP://user:p@ss/w#rd?x@[fe80::1]:554/a", "RTSP://***@[fe80::1]:554/a"),
        ("http://h/mjpeg?token=a1/b2+c==&fps=5", "http://h/mjpeg?token=***&fps=5"),
        (
            "http://h/live.m3u8?API_KEY=1;sig=2&quality=high",
            "http://h/live.m3u8?API_KEY=***;sig=***&quality=high",
        ),
        (
            "rtsp://h:554/user=admin&password=tlJwpbo6&channel=1",
            "rtsp://h:554/user=***&password=***&channel=1",
        ),
        (
            "srt://h:9000?streamid=#!::u=admin,r=cam&passphrase=x y",
            "srt://h:9000?streamid=***&passphrase=*** y",
        ),
        ("rtsp://admin:secret", "rtsp://***"),
        ("rtsp:admin:secret@h/a", "rtsp:***@h/a"),
        ("rtsp://[::1]:8554/a", "rtsp://[::1]:8554/a"),
        ("/videos/token=1@home.mp4", "/videos/token=1@home.mp4"),
        ("file:///videos/a@b.mp4", "file:///videos/a@b.mp4"),
        ("pattern:?people=2&seed=1", "pattern:?people=2&seed=1"),
        ("", ""),
        ("://", "://"),
    ],
)
def test_credentials_are_hidden_and_the_rest_is_shown(url: str, shown: str) -> None:
    assert redact(url) == shown


def test_a_message_that_quotes_the_address_is_scrubbed() -> None:
    url = "rtsp://user:p ss@h/a"
    message = f"[Errno 5] Input/output error: '{url}'; redirected to 'http://a:b@c/d?key=e', gave up"
    assert scrub(message, url) == (
        "[Errno 5] Input/output error: 'rtsp://***@h/a'; redirected to 'http://***@c/d?key=***', gave up"
    )


@given(st.text(min_size=1), st.text(min_size=1))
def test_no_user_or_password_gets_through(user: str, password: str) -> None:
    shown = redact(f"rtsp://{user}:{password}@host.example/stream")
    assert shown == "rtsp://***@host.example/stream"


@given(st.text())
def test_any_text_can_be_redacted(text: str) -> None:
    assert redact(redact(text)) == redact(text)
