"""Texts of others without what a terminal would obey: control characters, hidden ones, half characters."""

from __future__ import annotations

import unicodedata


def printable(text: str, keep: str = "") -> str:
    """The text with each unprintable character as its escape, `\\x1b` say; those in `keep` stay."""
    return "".join(
        character if _is_printable(character) or character in keep else _escape(character)
        for character in text
    )


def is_printable(text: str) -> bool:
    return all(map(_is_printable, text))


def _is_printable(character: str) -> bool:
    return character.isprintable() or unicodedata.category(character) == "Zs"  # no-break and narrow spaces


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
