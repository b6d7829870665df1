"""An address is taken apart in one way only, or refused in a sentence that tells no secret."""

from __future__ import annotations

import ipaddress
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from web.outbound.targets import TargetRefusedError, check_target, read_target

MARKS = st.text(
    alphabet=string.ascii_letters + string.digits + ".:/?#[]@%\\!$&'()*+,;= -_~é。\t\0\ud800", max_size=60
)


@pytest.mark.parametrize(
    ("url", "peer", "path", "shown"),
    [
        ("https://example.org", "example.org", "/", "https://example.org"),
        ("HTTPS://Example.ORG.:443/", "example.org.", "/", "https://example.org."),
        ("http://example.org:8080/a/b?c=d#e", "example.org:8080", "/a/b?c=d", "http://example.org:8080/***"),
        ("https://example.org?key=k", "example.org", "/?key=k", "https://example.org/***"),
        ("http://u:p@93.184.215.14/", "93.184.215.14", "/", "http://93.184.215.14"),
        ("http://[2606:4700::1]:81/ü", "[2606:4700::1]:81", "/%C3%BC", "http://[2606:4700::1]:81/***"),
    ],
)
def test_an_address_has_a_peer_a_path_and_a_shape_to_show(url: str, peer: str, path: str, shown: str) -> None:
    target = read_target(url)
    assert (target.peer, target.path, target.shown) == (peer, path, shown)


@pytest.mark.parametrize("credentials", ["me", "me:", ":secret"])
def test_half_of_a_user_and_password_is_a_mistake(credentials: str) -> None:
    with pytest.raises(TargetRefusedError, match="user:password") as refused:
        check_target(f"https://{credentials}@example.org/")
    assert "secret" not in str(refused.value)


def test_nothing_of_an_address_is_told_by_its_representation() -> None:
    target = read_target("https://me:hunter2@example.org/services/T0K3N?key=k")
    assert not any(secret in repr(target) for secret in ("hunter2", "T0K3N", "key=k", "aHVudGVyMg"))


@settings(deadline=None)
@given(st.one_of(MARKS, st.text(max_size=60)), st.sampled_from(["http://", "https://", "http:", "//", ""]))
def test_any_text_is_an_address_or_refused(text: str, scheme: str) -> None:
    try:
        target = read_target(scheme + text)
    except TargetRefusedError:
        return
    assert target.path.startswith("/")
    assert target.path.isascii()
    if target.address is None:
        assert set(target.host) <= set(string.ascii_lowercase + string.digits + "-._")
    else:
        assert ipaddress.ip_address(target.host) == target.address
