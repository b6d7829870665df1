"""The command line's `semblance erase`: what was recorded of a stream, deleted for good."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from semblance.moment import HELP


def erase(
    stream: Annotated[str, typer.Option(help="Of this stream or group, there now or not.")],
    since: Annotated[str, typer.Option(help=HELP)],
    until: Annotated[str | None, typer.Option(help="Likewise; now unless given.")] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="The service's configuration; else its defaults.")
    ] = None,
    service: Annotated[
        str | None, typer.Option(help="Where a running service is; as configured unless given.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Without asking.")] = False,
) -> None:
    """Delete for good what was recorded of a stream: summaries, events, their deliveries, markers."""
    from semblance.erasing import Wish, run

    run(Wish(stream, since, until, config, service, yes))
