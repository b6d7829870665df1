"""Where the service listens, as it is written in a file."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from semblance.server_settings import Server


@pytest.mark.parametrize(
    "url", ["https://api.example", "http://10.0.0.7:8484/", "https://[::1]:8443/faces/v2", "https://a-b.c/x/"]
)
def test_the_address_from_outside_is_taken_as_it_is(url: str) -> None:
    assert Server(public_url=url).public_url == url


@pytest.mark.parametrize(
    "url",
    ["api.example", "ftp://a", "https://user:secret@a", "https://a?b", "https://a/ b", "https:///x", ""],
)
def test_what_is_no_address_of_a_service_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="write it as https://name/path"):
        Server(public_url=url)
