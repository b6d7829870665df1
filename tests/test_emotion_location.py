"""Where an operation is, as the client reaches it."""

from __future__ import annotations

import pytest
from fastapi import Request

from web.emotion.location import Locations

PATH = "/emotion/v1.0/operations/1-2"


def location(headers: dict[str, str], public_url: str | None = None, scheme: str = "http") -> str:
    known = {"host": "127.0.0.1:8484", **headers}
    scope = {
        "type": "http",
        "scheme": scheme,
        "path": "/emotion/v1.0/recognizeinvideo",
        "query_string": b"subscription-key=secret",
        "headers": [(name.encode(), value.encode()) for name, value in known.items()],
    }
    found = Locations(public_url).of(Request(scope), "1-2")
    assert found.endswith(PATH)
    return found.removesuffix(PATH)


def test_it_is_where_the_request_went() -> None:
    assert location({}) == "http://127.0.0.1:8484"
    assert location({"host": "camera.lan"}, scheme="https") == "https://camera.lan"


@pytest.mark.parametrize(
    ("headers", "root"),
    [
        ({"forwarded": "for=10.0.0.1;host=api.example;proto=https"}, "https://api.example"),
        ({"forwarded": 'host="api.example:8443"; Proto=HTTPS, host=inner'}, "https://api.example:8443"),
        ({"forwarded": 'for="[2001:db8::1]:47011";proto=https'}, "https://127.0.0.1:8484"),
        ({"x-forwarded-proto": "https", "x-forwarded-host": "api.example"}, "https://api.example"),
        ({"x-forwarded-proto": "https, http", "x-forwarded-host": "a.example, b"}, "https://a.example"),
        ({"x-forwarded-host": "a.example", "x-forwarded-port": "8080"}, "http://a.example:8080"),
        ({"x-forwarded-host": "a.example", "x-forwarded-port": "80"}, "http://a.example"),
        (
            {"x-forwarded-proto": "https", "x-forwarded-host": "a.example", "x-forwarded-port": "443"},
            "https://a.example",
        ),
        ({"x-forwarded-host": "a.example:99", "x-forwarded-port": "8080"}, "http://a.example:99"),
        ({"x-forwarded-host": "[::1]", "x-forwarded-port": "8080"}, "http://[::1]:8080"),
        ({"x-forwarded-host": "a.example", "x-forwarded-prefix": "/faces/"}, "http://a.example/faces"),
        ({"x-forwarded-prefix": "//evil.example"}, "http://127.0.0.1:8484/evil.example"),
    ],
)
def test_behind_a_proxy_it_is_where_the_proxy_is(headers: dict[str, str], root: str) -> None:
    assert location(headers) == root


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-host": "evil.example/path"},
        {"x-forwarded-host": "evil example"},
        {"x-forwarded-host": "user@evil.example"},
        {"x-forwarded-proto": "javascript"},
        {"x-forwarded-prefix": "/../x"},
        {"x-forwarded-prefix": "/a?b"},
        {"forwarded": 'host="evil.example/x";proto=gopher'},
        {"x-forwarded-host": "a..b"},
        {"x-forwarded-host": ".evil.example"},
        {"x-forwarded-host": "-evil-.example"},
        {"forwarded": "host=a..b"},
        {"forwarded": 'host="evil.example\\"x";proto=https'},
        {"forwarded": 'proto=https;host="evil.example'},
        {"forwarded": ';;;,,,=\\"' * 200},
        {"forwarded": 'host="' + "\\" * 5000},
        {"x-forwarded-port": "99999999"},
    ],
)
def test_what_is_no_host_or_scheme_is_left_out(headers: dict[str, str]) -> None:
    assert location(headers) == "http://127.0.0.1:8484"


def test_what_is_configured_wins() -> None:
    headers = {"x-forwarded-host": "other.example", "x-forwarded-prefix": "/x"}
    assert location(headers, "https://api.example/faces/") == "https://api.example/faces"
