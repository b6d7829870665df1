"""A rule in a request or file whose mistakes are named as they were written there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import RootModel, TypeAdapter, ValidationError, WrapValidator
from pydantic_core import InitErrorDetails, PydanticCustomError

from aggregation.rules.definition import RULE_TYPES, Rule, written_path

if TYPE_CHECKING:
    from pydantic import ValidatorFunctionWrapHandler
    from pydantic_core import ErrorDetails

_TAGS = {"union_tag_invalid", "union_tag_not_found"}


def _named_as_written(document: Any, validate: ValidatorFunctionWrapHandler) -> Rule:
    """A mistake in a threshold rule is in `enter`, where pydantic has it in `threshold.enter`."""
    try:
        rule: Rule = validate(document)
    except ValidationError as error:
        mistakes = [_mistake(each) for each in error.errors(include_url=False)]
        raise ValidationError.from_exception_data(error.title, mistakes, hide_input=True) from None
    return rule


CheckedRule: TypeAlias = Annotated[Rule, WrapValidator(_named_as_written)]


class RuleBody(RootModel[CheckedRule]):
    """A rule as the whole body of a request."""


CHECKED_RULE: TypeAdapter[Rule] = TypeAdapter(CheckedRule)
"""Reads a rule from a document."""


def _mistake(error: ErrorDetails) -> InitErrorDetails:
    location, message = written_path(error["loc"]), error["msg"].removeprefix("Value error, ")
    if error["type"] in _TAGS:
        location, message = ("type",), f"must be one of {', '.join(RULE_TYPES)}"
    fields = tuple(part for part in location if not _is_a_branch(part))
    kind = PydanticCustomError(error["type"], message)
    return InitErrorDetails(type=kind, loc=fields, input=None)


def _is_a_branch(part: int | str) -> bool:
    """Whether pydantic names one of a field's types here, such as `literal['*']`."""
    return isinstance(part, str) and "[" in part
