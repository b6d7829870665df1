"""JSON as it is written in JavaScript: strings in single quotes, names in none, a comma after the last."""

from __future__ import annotations

import json
import re

_TOKEN = re.compile(
    r"""
      (?P<string> "(?:[^"\\]|\\.)*" )
    | '(?P<single> (?:[^'\\]|\\.)* )'
    | (?P<name> [A-Za-z_$][A-Za-z0-9_$]* ) (?= \s*: )
    | (?P<last> , ) (?= \s*[}\]] )
    | (?P<other> [A-Za-z_$][A-Za-z0-9_$]* | , | [^"',A-Za-z_$]+ )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r'\\(.)|"', re.DOTALL)


def loose_json(text: str) -> object:
    """What the text says, which may be JSON as well. Raises `ValueError` or `RecursionError`."""
    try:
        return json.loads(text)
    except ValueError:
        return json.loads(_strict(text))


def _strict(text: str) -> str:
    """The same as JSON; up to where it makes no sense either way."""
    pieces: list[str] = []
    at = 0
    while match := _TOKEN.match(text, at):
        pieces.append(_piece(match))
        at = match.end()
    return "".join((*pieces, text[at:]))


def _piece(token: re.Match[str]) -> str:
    match token.lastgroup:
        case "single":
            return f'"{_ESCAPED.sub(_escaped, token["single"])}"'
        case "name":
            return f'"{token["name"]}"'
        case "last":
            return ""
        case _:
            return token.group()


def _escaped(mark: re.Match[str]) -> str:
    """A quote of either kind between single ones, as it stands between double ones."""
    if mark.group() == '"':
        return r"\""
    return "'" if mark[1] == "'" else mark.group()
