"""A sheet: what one kind of answer looks like as JSON documents and as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Kind: TypeAlias = Literal["id", "text", "time", "count", "number", "score"]
"""`id` and `text` are strings, of which a `text` holds what somebody may have typed; `time` is microseconds
since the epoch; `number` and `score` are floats, of which a `score` has four digits.
"""

P = TypeVar("P", contravariant=True)


class Column(NamedTuple):
    name: str
    kind: Kind


class Sheet(Protocol[P]):
    """How portions (`P`) of one kind of thing are written; `name` is what they are called, in plural."""

    @property
    def name(self) -> str: ...

    @property
    def columns(self) -> Sequence[Column]: ...

    def documents(self, portion: P) -> Iterable[str]:
        """Each thing of the portion as JSON."""
        ...

    def values(self, portion: P) -> Sequence[Sequence[object]]:
        """The portion column by column; `None` where a value is not there."""
        ...


class Encoder(Protocol[P]):
    """Writes portions one after the other; nothing it was given is kept."""

    def begin(self) -> bytes: ...

    def add(self, portion: P) -> bytes: ...

    def end(self) -> bytes: ...
