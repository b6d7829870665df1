"""What the body of a call is."""

from __future__ import annotations

import codecs

import pytest
from fastapi import Request

from web.emotion.body import Kind, address_in, kind_of
from web.emotion.envelopes import EmotionError


def request(content_type: str | None) -> Request:
    headers = [] if content_type is None else [(b"content-type", content_type.encode())]
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("application/json", "address"),
        ("application/json; charset=utf-8", "address"),
        ("Application/JSON;charset=UTF-8", "address"),
        ("application/octet-stream", "bytes"),
        (" application/octet-stream ; x=y", "bytes"),
    ],
)
def test_the_type_says_which_it_is(content_type: str, kind: Kind) -> None:
    assert kind_of(request(content_type)) == kind


@pytest.mark.parametrize("content_type", [None, "", "image/jpeg", "text/json", "application/jsonx", ";"])
def test_another_type_is_refused(content_type: str | None) -> None:
    with pytest.raises(EmotionError, match="The Content-Type must be") as picture:
        kind_of(request(content_type))
    assert (picture.value.status_code, picture.value.code) == (400, "BadArgument")
    with pytest.raises(EmotionError) as video:
        kind_of(request(content_type), wrong_type=415)
    assert (video.value.status_code, video.value.code) == (415, "UnsupportedMediaType")


URL = "https://example.com/äß.jpg"


@pytest.mark.parametrize(
    "body",
    [
        f'{{"url": "{URL}"}}'.encode(),
        f'{{"URL":" {URL} "}}'.encode(),
        f'{{"other": 1, "Url": "{URL}"}}'.encode(),
        codecs.BOM_UTF8 + f'{{"url": "{URL}"}}'.encode(),
        f'{{"url": "{URL}"}}'.encode("utf-16"),
        f'{{"url": "{URL}"}}'.encode("utf-32-le"),
        f'{{"url": "{URL}"}}'.encode("latin-1"),
        f'"{URL}"'.encode(),
        f'{{url: "{URL}"}}'.encode(),
        f" {{ 'Url' : '{URL}' }}\n".encode(),
        f'{{"url": "{URL}",}}'.encode(),
        f"{{ 'url': '{URL}', }}".encode(),
        f"{{other: 1, more: ['it', {{a: 'x,}}', b: null}},], url: '{URL}'}}".encode(),
    ],
)
def test_the_address_is_found_however_it_is_written(body: bytes) -> None:
    assert address_in(body) == URL


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (rb"{ 'url': 'https://example.com/a b.jpg' }", "https://example.com/a%20b.jpg"),
        (rb"{ 'url': 'https://example.com/it\'s.jpg' }", "https://example.com/it's.jpg"),
        (b"""{ 'url': 'https://example.com/"a".jpg' }""", 'https://example.com/"a".jpg'),
        (b"""{ url: "https://example.com/it's.jpg", }""", "https://example.com/it's.jpg"),
        (rb"{ 'url': 'https:\/\/example.com\/\u0061' }", "https://example.com/a"),
    ],
)
def test_quotes_and_blanks_in_an_address_are_part_of_it(body: bytes, url: str) -> None:
    assert address_in(body) == url


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "BadArgument"),
        (b"{", "BadArgument"),
        (b"\xff\xfe\xff", "BadArgument"),
        (b"{url: 'https://example.com', x: }", "BadArgument"),
        (b"{url: https://example.com}", "BadArgument"),
        (b"{'url': 'https://example.com}", "BadArgument"),
        (b"{'url': '" + b"\\" * 60_000, "BadArgument"),
        (b"{a" + b"," * 60_000, "BadArgument"),
        (b"{a," + b" " * 60_000, "BadArgument"),
        (b"{'url\": 'https://example.com'}", "BadArgument"),
        (b"\x80abc", "BadArgument"),
        (b"[" * 60_000, "BadArgument"),
        (b"[1]", "BadArgument"),
        (b'" "', "BadArgument"),
        (b"null", "BadArgument"),
        (b"1" * 5000, "BadArgument"),
        (b"{}", "BadArgument"),
        (b'{"url": null}', "BadArgument"),
        (b'{"url": 7}', "BadArgument"),
        (b'{"url": ""}', "BadArgument"),
        (b'{"url": ["https://example.com"]}', "BadArgument"),
    ],
)
def test_what_names_no_address_is_refused_with_a_sentence(body: bytes, code: str) -> None:
    with pytest.raises(EmotionError) as refused:
        address_in(body)
    assert (refused.value.status_code, refused.value.code) == (400, code)
    assert refused.value.message.endswith(".")
    assert len(refused.value.message) < 200
