"""The secrets of webhooks."""

from __future__ import annotations

import base64

import pytest

from web.hooks.secret import Secret, check_secret, new_secret


def test_a_new_secret_is_one_and_no_two_are_the_same() -> None:
    first, second = new_secret(), new_secret()
    assert check_secret(first) == first
    assert first != second


@pytest.mark.parametrize("length", [24, 64])
def test_the_shortest_and_the_longest_are_taken(length: int) -> None:
    secret = "whsec_" + base64.b64encode(b"x" * length).decode()
    assert check_secret(secret) == secret


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        ("", "starts with 'whsec_'"),
        ("hunter2", "starts with 'whsec_'"),
        ("whsec_", "holds 0"),
        ("whsec_hunter2", "base64"),
        ("whsec_hunter2ß", "base64"),
        ("whsec_" + base64.b64encode(b"x" * 23).decode(), "holds 23"),
        ("whsec_" + base64.b64encode(b"x" * 65).decode(), "holds 65"),
    ],
)
def test_what_is_no_secret_is_refused_without_being_repeated(secret: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        check_secret(secret)
    assert "hunter2" not in str(refused.value)


def test_a_secret_is_not_in_its_representation() -> None:
    assert "whsec" not in repr(Secret(new_secret(), 5.0))
