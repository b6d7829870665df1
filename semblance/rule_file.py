"""Rules in a YAML file, checked with the path of each mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from pydantic import BaseModel, ValidationError

from aggregation.rules.definition import (
    GroupAsStreamError,
    UnknownWindowError,
    check_streams,
    check_window,
)
from semblance.configuration import ConfigurationError, load, parse
from semblance.failure import UsageFailure
from semblance.mistakes import first_repeated, mistakes
from web.checked_rule import CheckedRule  # noqa: TC001 - pydantic reads the annotation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from aggregation.rules.definition import Rule
    from semblance.settings import Settings


class _Rules(BaseModel):
    rules: tuple[CheckedRule, ...]


def check(path: Path, config: Path | None) -> None:
    """Says that a file of rules is good. Raises `Failure`."""
    settings = load(config)
    rules = read_rules(path, settings)
    typer.echo(f"{path}: good, {len(rules)} rule{'s' * (len(rules) != 1)}")


def read_rule(path: Path, settings: Settings) -> Rule:
    """The only rule of a file. Raises `UsageFailure`."""
    rules = read_rules(path, settings)
    if len(rules) != 1:
        raise UsageFailure(f"{path}: has {len(rules)} rules, and one is to be tried")
    return rules[0]


def read_rules(path: Path, settings: Settings) -> Sequence[Rule]:
    """A rule, a list of rules, or a configuration's `rules`, that fit the settings.

    Raises `ConfigurationError`.
    """
    content = parse(path)
    if content is None:
        raise ConfigurationError(f"{path}: is empty; it should have a rule, or several under `rules:`")
    skip = 1
    if isinstance(content, dict) and "rules" in content:
        skip, content = 0, content["rules"]
    elif not isinstance(content, list):
        skip, content = 2, [content]
    try:
        rules = _Rules.model_validate({"rules": content}).rules
    except ValidationError as error:
        raise ConfigurationError("\n".join(f"{path}: {each}" for each in mistakes(error, skip))) from None
    if repeated := first_repeated([rule.id for rule in rules]):
        raise ConfigurationError(f"{path}: [{repeated[0]}]: the rule id {repeated[1]!r} is there already")
    for rule in rules:
        _check(path, rule, settings)
    return rules


def _check(path: Path, rule: Rule, settings: Settings) -> None:
    try:
        check_window(rule, [window.window() for window in settings.windows])
        check_streams(rule, {group.id for group in settings.groups})
    except (UnknownWindowError, GroupAsStreamError) as error:
        raise ConfigurationError(f"{path}: {rule.id}: {error}") from None
