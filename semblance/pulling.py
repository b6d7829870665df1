"""`semblance models pull`: a model of the catalogue fetched, with a bar on a terminal, and tried."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from models.catalogue import known
from models.manifest import ModelError
from models.pull import pull
from models.registry import pulled_folder
from semblance.failure import Failure
from semblance.weights_check import check_opens


def fetch(name: str, source: str | None, *, force: bool) -> None:
    """Pulls the model and says where it lies. Raises `Failure` with the sentence about what went wrong."""
    console = Console(stderr=True)
    name_column = TextColumn("{task.description}", markup=False)
    columns = (name_column, BarColumn(), DownloadColumn(), TransferSpeedColumn())
    try:
        model = known(name)
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            bar = progress.add_task(name, total=model.size)
            done = pull(
                model,
                pulled_folder(),
                source,
                force=force,
                progress=lambda count: progress.update(bar, completed=count),
                trial=check_opens,
            )
    except ModelError as error:
        raise Failure(str(error)) from None
    except KeyboardInterrupt:
        typer.echo(f"semblance: stopped; `semblance models pull {name}` goes on from what is there", err=True)
        raise
    if done.source is None:
        typer.echo(f"{name} is there already and whole: {done.path}")
        return
    typer.echo(f"{name} was pulled from {done.source} to {done.path}.")
    typer.echo(f"Licence: {model.licence}. {model.note}")
