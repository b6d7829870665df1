"""The rules of a service, listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from semblance.configuration import load
from semblance.declarations import declared_rules

if TYPE_CHECKING:
    from pathlib import Path

    from aggregation.rules.definition import Rule
    from semblance.book import Entry


def show(config: Path | None) -> None:
    """A line for each rule. Raises `Failure`."""
    for entry in declared_rules(load(config)).values():
        typer.echo(_line(entry))


def _line(entry: Entry[Rule]) -> str:
    rule = entry.item
    streams = ("all streams",) if rule.streams == "*" else rule.streams
    where = ", ".join((*rule.groups, *streams))
    return f"{rule.id:24}  {rule.type:9}  {entry.declared:7}  {where}{'' if rule.enabled else '  (disabled)'}"
