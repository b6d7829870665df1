"""Wording: what others' libraries and files say, made fit for a sentence of ours."""

from __future__ import annotations


def one_line(said: object) -> str:
    """`said` on one line, its white space single and control characters gone: a log must not be steered."""
    words = " ".join(str(said).split())
    return "".join(sign if sign.isprintable() else "?" for sign in words)
