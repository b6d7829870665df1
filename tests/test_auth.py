"""Tokens, and where the service may listen without."""

from __future__ import annotations

import pytest

from tests.web_service import TOKEN
from web.auth import BindingError, Tokens, bearer, check_binding, is_loopback
from web.options import WebOptions


def test_each_token_opens_and_no_other_does() -> None:
    tokens = Tokens(("x" * 32, TOKEN))
    assert tokens.accept(TOKEN)
    assert tokens.accept("x" * 32)
    assert not any(tokens.accept(wrong) for wrong in ("", "x" * 31, TOKEN + " ", "\u00e4", "\udcff"))


def test_without_tokens_everything_opens() -> None:
    tokens = Tokens(())
    assert not tokens.required
    assert tokens.accept("anything")


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer abc", "abc"),
        ("bearer  abc ", "abc"),
        ("Basic abc", None),
        ("Bearer", None),
        ("Bearer ", None),
        ("", None),
        (None, None),
    ],
)
def test_the_bearer_header_is_read_as_it_is_sent(header: str | None, token: str | None) -> None:
    assert bearer(header) == token


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost", "LocalHost"])
def test_loopback_needs_no_token(host: str) -> None:
    assert is_loopback(host)
    check_binding(host, ())


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "10.0.0.7", "camera.lan", "localhost.evil.example"])
def test_the_network_needs_a_token_and_the_refusal_says_how_to_make_one(host: str) -> None:
    with pytest.raises(BindingError, match=r"secrets\.token_urlsafe\(32\)"):
        check_binding(host, ())
    check_binding(host, (TOKEN,))


def test_a_token_that_could_be_guessed_is_refused_without_repeating_it() -> None:
    with pytest.raises(BindingError, match="shorter than 16") as refused:
        check_binding("127.0.0.1", ("hunter2",))
    assert "hunter2" not in str(refused.value)


def test_the_options_do_not_show_their_tokens() -> None:
    assert TOKEN not in repr(WebOptions(tokens=(TOKEN,), version="1"))
