"""The keys of `semblance watch`."""

import pytest

from semblance.watch.keys import named


@pytest.mark.parametrize(
    ("pressed", "meant"),
    [
        (b"q", ["quit"]),
        (b"\x1b[B\x1b[B", ["down", "down"]),
        (b"\x1b[5~", ["page up"]),
        (b"\x1bOA", ["up"]),
        (b"x\x1b[1;5C", []),
        (b"jq", ["down", "quit"]),
    ],
)
def test_keys_stand_for_what_they_do(pressed: bytes, meant: list[str]) -> None:
    assert named(pressed) == meant
