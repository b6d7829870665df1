"""A webhook is tried again when Standard Webhooks says, or when its receiver asks for it."""

from __future__ import annotations

import pytest

from web.hooks.schedule import STANDARD, retry_after

NOW = 1_763_800_000.0  # Sat, 22 Nov 2025 08:26:40 GMT


def test_the_schedule_is_that_of_standard_webhooks() -> None:
    waits = [STANDARD.after(attempt, lambda: 0.0) for attempt in range(1, 11)]
    assert waits == [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400, None]
    longest = [STANDARD.after(attempt, lambda: 1.0) for attempt in range(1, 10)]
    assert all(wait < longer <= wait * 1.2 for wait, longer in zip(waits, longest, strict=False))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("99999999999999999999999999", 86_400),
        ("Sat, 22 Nov 2025 08:27:40 GMT", 60),
        ("Saturday, 22-Nov-25 08:27:40 GMT", 60),
        ("Sat Nov 22 08:27:40 2025", 60),
        ("Sat, 22 Nov 2025 10:27:40 +0200", 60),
        ("Sat, 22 Nov 2025 08:00:00 GMT", 0),
        ("Sat, 22 Nov 2125 08:00:00 GMT", 86_400),
        ("Sat, 22 Nov 99999 08:00:00 GMT", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_a_day_at_most(
    header: str | None, seconds: float | None
) -> None:
    assert retry_after(header, NOW) == seconds
