"""Rules in a YAML file, checked with the path of each mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from pydantic import BaseModel, ValidationError

from aggregation.rules.definition import UnknownWindowError, check_window
from semblance.configuration import ConfigurationError, load, mistakes, parse
from semblance.failure import UsageFailure
from web.checked_rule import CheckedRule  # noqa: TC001 - pydantic reads the annotation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from aggregation import Window
    from aggregation.rules.definition import Rule


class _Rules(BaseModel):
    rules: tuple[CheckedRule, ...]


def check(path: Path, config: Path | None) -> None:
    """Says that a file of rules is good. Raises `Failure`."""
    rules = read_rules(path, [window.window() for window in load(config).windows])
    typer.echo(f"{path}: good, {len(rules)} rule{'s' * (len(rules) != 1)}")


def read_rule(path: Path, windows: Sequence[Window]) -> Rule:
    """The only rule of a file. Raises `UsageFailure`."""
    rules = read_rules(path, windows)
    if len(rules) != 1:
        raise UsageFailure(f"{path}: has {len(rules)} rules, and one is to be tried")
    return rules[0]


def read_rules(path: Path, windows: Sequence[Window]) -> Sequence[Rule]:
    """A rule, a list of rules, or a configuration's `rules`. Raises `ConfigurationError`."""
    content = parse(path)
    skip = 1
    if isinstance(content, dict) and "rules" in content:
        skip, content = 0, content["rules"]
    elif not isinstance(content, list):
        skip, content = 2, [content]
    try:
        rules = _Rules.model_validate({"rules": content}).rules
    except ValidationError as error:
        raise ConfigurationError("\n".join(f"{path}: {each}" for each in mistakes(error, skip))) from None
    for rule in rules:
        _check_window(path, rule, windows)
    return rules


def _check_window(path: Path, rule: Rule, windows: Sequence[Window]) -> None:
    try:
        check_window(rule, windows)
    except UnknownWindowError as error:
        raise ConfigurationError(f"{path}: {rule.id}: {error}") from None
