"""Session descriptions (RFC 8866) taken apart: lines and attributes, nothing of what they mean."""

from __future__ import annotations

from dataclasses import dataclass

_MOST_SECTIONS = 32


@dataclass(frozen=True, slots=True)
class Section:
    """One `m=` line with what follows it."""

    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]

    def value(self, name: str) -> str | None:
        return next(iter(self.values(name)), None)

    def of_format(self, name: str, payload_type: str) -> list[str]:
        """Values of `a=name:payload_type value`; `*` stands for every format."""
        found = (value.partition(" ") for value in self.values(name))
        return [rest.strip() for kind, _, rest in found if kind in (payload_type, "*")]

    @property
    def mid(self) -> str | None:
        return self.value("mid")

    @property
    def direction(self) -> str:
        known = ("sendrecv", "sendonly", "recvonly", "inactive")
        return next((key for key, _ in self.attributes if key in known), "sendrecv")


@dataclass(frozen=True, slots=True)
class Description:
    session: Section
    sections: tuple[Section, ...]

    @property
    def bundle(self) -> tuple[str, ...]:
        """The names of the sections that share one transport."""
        for group in self.session.values("group"):
            kind, *mids = group.split()
            if kind == "BUNDLE":
                return tuple(mids)
        return ()


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


def _section(lines: list[str]) -> Section:
    words = lines[0][2:].split()
    if len(words) < 4 or not words[1].partition("/")[0].isdecimal():
        raise ValueError(f"“{lines[0][:80]}” is no media line.")
    kind, port, protocol, *formats = words
    return Section(kind, int(port.partition("/")[0]), protocol, tuple(formats), _attributes(lines[1:]))


def _attributes(lines: list[str]) -> tuple[tuple[str, str], ...]:
    parts = (line[2:].partition(":") for line in lines if line.startswith("a="))
    return tuple((name, value.strip()) for name, _, value in parts)
