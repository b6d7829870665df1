"""The rules of the service over REST: what they look for, while they run."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Body, HTTPException, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from aggregation.rules.definition import RULE, GroupAsStreamError, Rule, UnknownWindowError, check_window
from web.checked_rule import CHECKED_RULE, RuleBody
from web.messages import encode
from web.problems import FieldError, problem_documents, unknown
from web.rule_documents import RuleDocument, RulesDocument, RuleView, rule_json
from web.service import Service

MOST = 1000
"""Rules there may be."""

_Change = Annotated[
    dict[str, Any],
    Body(
        description="Fields of the rule, with their new values.",
        examples=[{"enabled": False}, {"enter": 0.7, "exit": 0.5}, {"streams": ["lobby"]}],
    ),
]


class UnknownRuleError(Exception):
    """No rule has this id."""


class LastingRuleError(Exception):
    """A rule that is always there cannot be removed."""


class Rules(Protocol):
    """The rules there are. `put` and `remove` raise `HistoryUnavailableError`; then nothing has changed."""

    def rules(self) -> Sequence[RuleView]: ...

    def rule(self, rule_id: str) -> RuleView:
        """Raises `UnknownRuleError`."""
        ...

    async def put(self, rule: Rule) -> RuleView:
        """Adds a rule, or changes the one of its id; the windows go on. Raises `GroupAsStreamError`."""
        ...

    async def remove(self, rule_id: str) -> None:
        """Raises `UnknownRuleError`, `LastingRuleError`."""
        ...


def rules_router(service: Service, rules: Rules) -> APIRouter:
    router = APIRouter(prefix="/api/v1/rules", tags=["rules"])

    @router.post("", status_code=201, response_model=RuleDocument, responses=problem_documents(409, 422, 503))
    async def add_rule(body: RuleBody) -> Response:
        """Add a rule. It judges from now on, and is there again after a restart."""
        rule = body.root
        there = {view.rule.id for view in rules.rules()}
        if rule.id in there:
            raise HTTPException(409, "A rule with this id is there already; PUT replaces it.")
        if len(there) >= MOST:
            raise HTTPException(409, f"There are {MOST} rules already, and may be no more; remove one.")
        usable(rule, service)
        made = await _put(rules, rule)
        return _answer(rule_json(made), 201, {"location": f"/api/v1/rules/{rule.id}"})

    @router.get("", response_model=RulesDocument)
    async def list_rules() -> Response:
        """All rules, what they have begun and not ended, and how often they fired."""
        views = rules.rules()  # there may be 1,000, each with something of every stream: off the event loop
        return await asyncio.to_thread(lambda: _answer({"rules": [rule_json(view) for view in views]}))

    @router.get("/{rule_id}", response_model=RuleDocument, responses=problem_documents(404))
    async def show_rule(rule_id: str) -> Response:
        """One rule, what it has begun and not ended, and how often it fired."""
        return _answer(rule_json(find_rule(rules, rule_id)))

    @router.patch("/{rule_id}", response_model=RuleDocument, responses=problem_documents(404, 422, 503))
    async def change_rule(rule_id: str, change: _Change) -> Response:
        """Change some fields of a rule. What it had begun ends (`reason` is `rule`), and it begins anew.

        The fields are those of the rule's type, and only those that change are given; the `id` stays.
        """
        before = find_rule(rules, rule_id).rule
        changed = _checked({**RULE.dump_python(before, mode="json"), **change})
        return await _replace(rule_id, changed)

    @router.put("/{rule_id}", response_model=RuleDocument, responses=problem_documents(404, 422, 503))
    async def replace_rule(rule_id: str, body: RuleBody) -> Response:
        """Put another rule in the place of one, of another type maybe."""
        find_rule(rules, rule_id)
        return await _replace(rule_id, body.root)

    @router.delete("/{rule_id}", status_code=204, responses=problem_documents(404, 409, 503))
    async def remove_rule(rule_id: str) -> None:
        """Remove a rule. What it had begun ends (`reason` is `rule`)."""
        try:
            await rules.remove(rule_id)
        except UnknownRuleError:
            raise unknown("rule", rule_id) from None
        except LastingRuleError:
            sentence = f'The rule {rule_id!r} is always there; PATCH it with {{"enabled": false}}.'
            raise HTTPException(409, sentence) from None

    async def _replace(rule_id: str, rule: Rule) -> Response:
        if rule.id != rule_id:
            raise FieldError("id", f"The rule is {rule_id!r} and stays so; POST makes another.")
        usable(rule, service)
        before = find_rule(rules, rule_id)
        return _answer(rule_json(before if before.rule == rule else await _put(rules, rule)))

    return router


def find_rule(rules: Rules, rule_id: str) -> RuleView:
    """Raises the 404 that becomes a problem document."""
    try:
        return rules.rule(rule_id)
    except UnknownRuleError:
        raise unknown("rule", rule_id) from None


def usable(rule: Rule, service: Service, field: str = "window") -> None:
    """Raises `FieldError` for a rule that asks for a window the service does not have."""
    try:
        check_window(rule, service.windows)
    except UnknownWindowError as error:
        raise FieldError(field, str(error)) from None


def _answer(
    document: Mapping[str, object], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(encode(document), status, headers, media_type="application/json")


async def _put(rules: Rules, rule: Rule) -> RuleView:
    try:
        return await rules.put(rule)
    except GroupAsStreamError as error:
        raise FieldError("streams", str(error)) from None


def _checked(document: dict[str, Any]) -> Rule:
    try:
        return CHECKED_RULE.validate_python(document)
    except ValidationError as error:
        mistakes = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(mistakes) from None
