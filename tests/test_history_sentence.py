"""What a database says, as sentences."""

from __future__ import annotations

import pytest

from web.history.failures import sentence


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("database disk image is malformed", "Database disk image is malformed."),
        (
            'connection to "h", port 5 failed: refused\n\tIs the server running on that host?\n',
            'Connection to "h", port 5 failed: refused. Is the server running on that host?',
        ),
        ("connection failed:\nno route\n\nand none other.", "Connection failed: no route. and none other."),
        ("", "ValueError."),
    ],
)
def test_lines_become_sentences_that_end_once(said: str, told: str) -> None:
    assert sentence(ValueError(said)) == told


def test_a_file_that_cannot_be_used_is_named() -> None:
    assert sentence(OSError(28, "No space left on device", "/h.db")) == "No space left on device: /h.db."
