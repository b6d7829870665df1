"""What is remembered of each stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference import remembered
from inference.remembered import Remembered

if TYPE_CHECKING:
    import pytest


def test_a_stream_finds_what_was_made_for_it_until_it_is_forgotten() -> None:
    kept: Remembered[list[str]] = Remembered(list)
    kept.of("lobby").append("seen")  # and it is kept while it is empty, too
    empty = kept.of("hall")
    assert kept.of("lobby") == ["seen"]
    assert kept.of("hall") is empty
    kept.forget("lobby")
    assert kept.of("lobby") == []
    kept.forget_all()
    assert kept.of("hall") is not empty


def test_of_too_many_those_asked_for_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_MOST_STREAMS", 2)
    kept: Remembered[list[str]] = Remembered(list)
    for stream in ("lobby", "hall", "lobby", "gate"):
        kept.of(stream).append(stream)
    assert kept.of("lobby") == ["lobby", "lobby"]
    assert kept.of("hall") == []
