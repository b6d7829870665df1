"""Moments as they are given to commands."""

from __future__ import annotations

import pytest

from semblance.failure import UsageFailure
from semblance.moment import moment


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-11-23T10:00:00Z", 1795428000.0),
        ("2026-11-23T10:00:00.250+01:00", 1795424400.25),
        ("2026-11-23", 1795392000.0),
        ("90s", 999_910.0),
        ("7d", 1_000_000.0 - 7 * 86_400),
    ],
)
def test_a_time_or_how_long_ago_is_understood(text: str, seconds: float) -> None:
    assert moment("--since", text, lambda: 1_000_000.0) == seconds


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("yesterday", "--since 'yesterday' is no time"),
        ("2026-11-23T10:00:00", "has no time zone; put a Z after it"),
        ("2026-13-01", "is no time"),
        ("-7d", "is no time"),
        ("", "is no time"),
        ("999999999d", "--since '999999999d' is too far away: years go from 1 to 9999"),
        ("0001-01-01T00:00:00+14:00", "is too far away"),
        ("9999-12-31T23:59:59-14:00", "is too far away"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(text: str, complaint: str) -> None:
    with pytest.raises(UsageFailure, match=complaint):
        moment("--since", text)
