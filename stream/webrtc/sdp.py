"""Session descriptions (RFC 8866) taken apart: lines and attributes, nothing of what they mean.

Whoever writes one may be hostile: everything in it is bounded, and looked at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

_MOST_SECTIONS = 32
_MOST_FORMATS = 128  # there are no more payload types
_MOST_ATTRIBUTES = 1000  # of one section; browsers write some 400
_DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
_OF_FORMATS = ("rtpmap", "fmtp", "rtcp-fb")
_DIGITS = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True)
class Section:
    """One `m=` line with what follows it."""

    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        return self._by_name.get(name, [])

    def value(self, name: str) -> str | None:
        return next(iter(self.values(name)), None)

    def of_format(self, name: str, payload_type: str) -> list[str]:
        """Values of `a=name:payload_type value`; for feedback `*` stands for every format."""
        own = self._by_format.get((name, payload_type), [])
        return [*own, *self._by_format.get((name, "*"), [])] if name == "rtcp-fb" else own

    @property
    def mid(self) -> str | None:
        return self.value("mid")

    @property
    def direction(self) -> str:
        return next((name for name in self._by_name if name in _DIRECTIONS), "sendrecv")

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """In the order in which the names come first."""
        found: dict[str, list[str]] = {}
        for name, value in self.attributes:
            found.setdefault(name, []).append(value)
        return found

    @cached_property
    def _by_format(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for name in _OF_FORMATS:
            for value in self.values(name):
                kind, _, rest = value.partition(" ")
                found[name, kind].append(rest.strip())
        return found


@dataclass(frozen=True, slots=True)
class Description:
    session: Section
    sections: tuple[Section, ...]

    @property
    def bundle(self) -> tuple[str, ...]:
        """The names of the sections that share one transport."""
        groups = (group.split() for group in self.session.values("group"))
        return next(
            (tuple(dict.fromkeys(mids)) for kind, *mids in filter(None, groups) if kind == "BUNDLE"), ()
        )


def parse(text: str) -> Description:
    """Raises `ValueError` with a sentence."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or not lines[0].startswith("v="):
        raise ValueError("It does not begin with v=0, so it is no session description (SDP).")
    starts = [index for index, line in enumerate(lines) if line.startswith("m=")]
    if len(starts) > _MOST_SECTIONS:
        raise ValueError(f"It has {len(starts)} media; at most {_MOST_SECTIONS} are read.")
    ends = [*starts[1:], len(lines)] if starts else []
    head = lines[: starts[0]] if starts else lines
    session = Section("session", 0, "", (), _attributes(head))
    return Description(session, tuple(_section(lines[a:b]) for a, b in zip(starts, ends, strict=True)))


def number(text: str, most: int) -> int | None:
    """A number from 0 to `most` (five digits), if it is one."""
    return int(text) if _DIGITS.fullmatch(text) and int(text) <= most else None


def _section(lines: list[str]) -> Section:
    words = lines[0][2:].split()
    port = number(words[1].partition("/")[0], 65535) if len(words) > 1 else None
    if len(words) < 4 or port is None:
        raise ValueError(f"“{lines[0][:80]}” is no media line.")
    kind, _, protocol, *formats = words
    if len(formats) > _MOST_FORMATS:
        raise ValueError(f"Its {kind[:20]} has {len(formats)} formats; at most {_MOST_FORMATS} are read.")
    return Section(kind, port, protocol, tuple(dict.fromkeys(formats)), _attributes(lines[1:]))


def _attributes(lines: list[str]) -> tuple[tuple[str, str], ...]:
    parts = [line[2:].partition(":") for line in lines if line.startswith("a=")]
    if len(parts) > _MOST_ATTRIBUTES:
        raise ValueError(f"It has {len(parts)} attributes in one place; at most {_MOST_ATTRIBUTES} are read.")
    return tuple((name, value.strip()) for name, _, value in parts)
