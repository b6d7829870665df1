"""The command line's `semblance export`: what was recorded, as a file."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated, Literal, TypeAlias

import typer

from semblance.moment import HELP

Kind: TypeAlias = Literal["summaries", "events", "markers"]
Form: TypeAlias = Literal["csv", "ndjson", "json", "parquet", "emotion-api"]


def export(
    kind: Annotated[Kind, typer.Option(help="Of what.")] = "summaries",
    stream: Annotated[
        str | None, typer.Option(help="The stream or group; may be left out where there is only one.")
    ] = None,
    window: Annotated[str | None, typer.Option(help="Of summaries; the first there is unless given.")] = None,
    since: Annotated[str | None, typer.Option(help=f"{HELP} From the beginning unless given.")] = None,
    until: Annotated[str | None, typer.Option(help="Likewise; to the end unless given.")] = None,
    step: Annotated[
        float | None,
        typer.Option(min=0.05, max=31 * 86400, help="Summaries taken together: seconds in a step."),
    ] = None,
    form: Annotated[
        Form | None, typer.Option("--format", help="As the file's name ends unless given, or else csv.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Where to, `-` for standard output, as unless given.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="The service's configuration; else its defaults.")
    ] = None,
) -> None:
    """What a service has recorded, as a file; the service may run or not."""
    from semblance.exporting import Wish, run

    run(Wish(kind, stream, window, since, until, step, form, output, config))
