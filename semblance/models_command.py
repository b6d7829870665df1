"""The command line's `semblance models`: list, pull, verify."""

from __future__ import annotations

from typing import Annotated

import typer

models_app = typer.Typer(help="The models: what ships, what was pulled, what can be.", no_args_is_help=True)


@models_app.command("list")
def models_list(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with all that is known of each.")] = False,
) -> None:
    """The models that ship, were pulled or can be pulled, and which are used."""
    from semblance.weights import show

    show(as_json=as_json)


@models_app.command("pull")
def models_pull(
    name: Annotated[str, typer.Argument(metavar="NAME", help="`semblance models list` names them.")],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="DIR|URL", help="A folder that has the file, or a mirror's address."),
    ] = None,
    force: Annotated[bool, typer.Option(help="Also where it is there already.")] = False,
) -> None:
    """Fetch a known model from its authors; goes on where a break left it, and checks the sha256."""
    from semblance.pulling import fetch

    fetch(name, source, force=force)


@models_app.command("verify")
def models_verify(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME|MANIFEST]...", help="All that are here, unless named."),
    ] = None,
) -> None:
    """Whether each model's file is what its manifest says, and opens."""
    from semblance.weights_check import check

    check(names or [])
