"""Where the history's database is: a file or a server, and how that is shown without its password."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

Kind: TypeAlias = Literal["sqlite", "postgresql"]


class LocationError(ValueError):
    """An address that no history can be kept at; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Location:
    """`path` is the file of an SQLite database; `shown` has no password."""

    kind: Kind
    url: URL = field(repr=False)
    path: Path | None
    shown: str


def locate(address: str) -> Location:
    """From a path, `sqlite:///PATH` or `postgresql://...`. Raises `LocationError`."""
    if "://" not in address:
        return _file(Path(address))
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise LocationError(
            "The history's address is not a URL; postgresql://user:password@host/name is."
        ) from None
    match url.drivername:
        case "sqlite":
            if not url.database or url.database == ":memory:" or url.query:
                raise LocationError("The history needs a file: sqlite:///PATH, and no options after it.")
            return _file(Path(url.database))
        case "postgresql" | "postgres" | "postgresql+psycopg":
            driven = url.set(drivername="postgresql+psycopg")
            return Location("postgresql", driven, None, _shown(url))
        case other:
            raise LocationError(f"The history is kept in sqlite or postgresql, not in {other}.")


def _file(path: Path) -> Location:
    whole = path.expanduser().absolute()
    return Location("sqlite", URL.create("sqlite", database=str(whole)), whole, str(whole))


def _shown(url: URL) -> str:
    """The options may hold a password too, so they are left out."""
    return url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)
