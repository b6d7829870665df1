"""Where a history may be, and that its password is not shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from web.history.location import LocationError, locate


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/var/lib/semblance/history.db", "/var/lib/semblance/history.db"),
        ("sqlite:////var/lib/history.db", "/var/lib/history.db"),
        ("history.db", str(Path.cwd() / "history.db")),
        ("sqlite:///history.db", str(Path.cwd() / "history.db")),
    ],
)
def test_a_file_is_named_by_a_path_or_a_url(address: str, path: str) -> None:
    location = locate(address)
    assert (location.kind, str(location.path), location.shown) == ("sqlite", path, path)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_server_is_shown_without_its_password(scheme: str) -> None:
    location = locate(f"{scheme}://viewer:s3cret@db.example/history?sslpassword=s3cret")
    assert (location.kind, location.path) == ("postgresql", None)
    assert location.shown == "postgresql://viewer:***@db.example/history"
    assert location.url.drivername == "postgresql+psycopg"
    assert "s3cret" not in repr(location)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:///a.db?mode=ro", "no options"),
        ("mysql://viewer:s3cret@db/history", "not in mysql"),
        ("postgresql://viewer:s3cret@db:port/history", "not a URL"),
    ],
)
def test_what_can_hold_no_history_is_refused_in_a_sentence_without_secrets(address: str, said: str) -> None:
    with pytest.raises(LocationError, match=said) as refused:
        locate(address)
    assert "s3cret" not in str(refused.value)
