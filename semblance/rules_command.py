"""The command line's `semblance rules`: list, check, backtest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

from semblance.moment import HELP

Format: TypeAlias = Literal["text", "jsonl"]

rules_app = typer.Typer(
    help="The rules: what is looked for, and what it would have found.", no_args_is_help=True
)

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="The service's configuration; else its defaults.")
]


@rules_app.command("list")
def rules_list(config: ConfigOption = None) -> None:
    """The rules of a service: those of the configuration, those made over REST and the default one."""
    from semblance.rule_list import show

    show(config)


@rules_app.command("check")
def rules_check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="YAML: a rule, or several under `rules:`.")],
    config: ConfigOption = None,
) -> None:
    """Every mistake in a file of rules, with its path."""
    from semblance.rule_file import check

    check(file, config)


@rules_app.command("backtest")
def rules_backtest(
    rule: Annotated[Path | None, typer.Option(metavar="FILE", help="A YAML file with a rule.")] = None,
    name: Annotated[
        str | None, typer.Option("--id", help="Or the id of one that `semblance rules list` shows.")
    ] = None,
    stream: Annotated[
        list[str] | None,
        typer.Option(help="A stream or group, several times; all that the rule is for unless given."),
    ] = None,
    since: Annotated[str, typer.Option(help=HELP)] = "1d",
    until: Annotated[str | None, typer.Option(help="Likewise; now unless given.")] = None,
    kind: Annotated[Format, typer.Option("--format", help="What is written.")] = "text",
    config: ConfigOption = None,
) -> None:
    """What a rule would have made of what is recorded; the service may run or not."""
    from semblance.rule_rehearsal import Wish, rehearse

    rehearse(config, Wish(rule, name, stream or [], since, until), kind)
