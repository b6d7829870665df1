"""`semblance models list`: what ships, what was pulled and what can be, as a table or as JSON."""

from __future__ import annotations

import json
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from inference.providers import candidates, obstacle
from models.card import card_of
from models.catalogue import catalogue
from models.manifest import TASKS, ModelError
from models.printable import printable
from models.registry import all_shipped, find, get, pulled
from semblance.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from models.card import ClassFigures
    from models.catalogue import Known
    from models.manifest import Manifest


_WIDE = 200
"""Columns of what is written to a file or a pipe: lines that are not broken can be searched."""


@dataclass(frozen=True, slots=True)
class Row:
    """A model of the list; `used` where it is the one that its task takes by default."""

    state: Literal["ships", "pulled", "known", "broken"]
    name: str
    task: str = ""
    version: str = ""
    size: int | None = None
    licence: str = ""
    used: bool = False
    provider: str | None = None
    sha256: str = ""
    path: str | None = None
    trained_on: tuple[str, ...] = ()
    card: Mapping[str, object] | None = None
    note: str = ""


def show(*, as_json: bool) -> None:
    """Prints every model. One that is broken is in the list, and says what is wrong."""
    try:
        rows = list(_rows())
    except ModelError as error:
        raise Failure(str(error)) from None
    if as_json:
        typer.echo(json.dumps([_entry(row) for row in rows], indent=2))
        return
    console = Console()
    if not console.is_terminal:
        console.width = _WIDE
    console.print(_table(rows))
    for row in rows:
        _print_more(console, row)


def _rows() -> Iterator[Row]:
    provider = next(name for name in candidates("auto") if obstacle(name) is None)
    used = {_default(task) for task in TASKS}
    here = set(pulled())
    for manifest in all_shipped():
        yield _of_manifest(manifest, "ships", provider, used=manifest.name in used)
    for name in sorted(here):
        try:
            yield _of_manifest(get(name), "pulled", provider, used=name in used)
        except ModelError as error:
            yield Row("broken", name, note=str(error))
    for known in catalogue():
        if known.name not in here:
            yield _of_catalogue(known)


def _default(task: Literal["emotion", "face"]) -> str:
    try:
        return find(task).name
    except ModelError:  # the pulled one that is preferred is broken, and listed as that
        return ""


def _of_manifest(manifest: Manifest, state: Literal["ships", "pulled"], provider: str, *, used: bool) -> Row:
    return Row(
        state,
        manifest.name,
        manifest.task,
        manifest.version,
        _size(manifest.path),
        manifest.licence,
        used,
        provider,
        manifest.sha256,
        str(manifest.path),
        manifest.trained_on,
        manifest.card,
    )


def _size(path: Path) -> int | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def _of_catalogue(known: Known) -> Row:
    return Row(
        "known",
        known.name,
        known.task,
        str(known.manifest["version"]),
        known.size,
        known.licence,
        sha256=known.sha256,
        note=known.note,
    )


def _entry(row: Row) -> dict[str, object]:
    return {
        "name": row.name,
        "task": row.task,
        "version": row.version,
        "state": row.state,
        "usedByDefault": row.used,
        "provider": row.provider,
        "bytes": row.size,
        "licence": row.licence,
        "trainedOn": row.trained_on,
        "sha256": row.sha256,
        "path": row.path,
        "card": row.card,
        "note": row.note,
    }


def _table(rows: list[Row]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("task", "name", "version", "state", "size", "on"):
        table.add_column(name, no_wrap=True, overflow="ignore")
    table.add_column("licence")
    for row in rows:
        size = f"{row.size / 1e6:.2f} MB" if row.size is not None else "missing"
        state = "to pull" if row.state == "known" else f"{row.state}, used" if row.used else row.state
        cells = (row.task, row.name, row.version, state, size, row.provider or "", row.licence)
        table.add_row(*map(_plain, cells))
    return table


def _print_more(console: Console, row: Row) -> None:
    """What one must know before pulling the model, and what was measured of it."""
    if row.note:
        _print(console, f"{row.name}: {row.note}", above="\n")
    try:
        card = card_of(row.card, row.name)
    except ModelError as error:
        _print(console, str(error), above="\n")
        return
    if card is None:
        return
    _print(console, f"{row.name}: {card.conditions}", above="\n")
    for name, value in card.figures.items():
        _print(console, f"  {name}: {value:.3f}")
    if card.per_class:
        console.print(_classes(card.per_class))


def _classes(classes: Mapping[str, ClassFigures]) -> Table:
    table = Table("  emotion", "precision", "recall", "faces", box=None, pad_edge=False)
    for emotion, of in sorted(classes.items()):
        table.add_row(_plain(f"  {emotion}"), f"{of.precision:.3f}", f"{of.recall:.3f}", str(of.count))
    return table


def _print(console: Console, line: str, above: str = "") -> None:
    console.print(above, _plain(line), sep="")


def _plain(told: str) -> Text:
    """Of a manifest, a card or a path: no markup, and nothing that a terminal would obey."""
    return Text(printable(told))
