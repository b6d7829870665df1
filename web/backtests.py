"""Back-tests over REST: what a rule would have made of what is recorded."""

import asyncio
import time
from collections.abc import Collection

from fastapi import APIRouter, HTTPException, Request

from aggregation.backtest import NotMeantError, NotRecordedError
from aggregation.rules.definition import Rule
from web.backtest_documents import BacktestDocument, BacktestQuestion, backtest_document
from web.groups import Groups
from web.history.database import Database
from web.history.rehearsal import meant
from web.history.summaries import streams as recorded_streams
from web.problems import FieldError, problem_documents
from web.rehearsals import BusyError, Rehearsals, Scene
from web.rules import Rules, find_rule, usable
from web.service import Service
from web.while_connected import STOPPING, while_connected

A_DAY = 86_400.0
RETRY_AFTER = 10
"""Seconds after which a client that found no room should try again."""


def backtests_router(service: Service, rules: Rules, groups: Groups, database: Database) -> APIRouter:
    """Comes before the router of rules, which would take `backtest` for one's id."""
    router = APIRouter(prefix="/api/v1/rules", tags=["rules"])
    rehearsals = Rehearsals(database, service.windows)

    @router.post("/backtest", responses=problem_documents(404, 422, 503))
    async def backtest_rule(question: BacktestQuestion, request: Request) -> BacktestDocument:
        """Run a rule over recorded summaries. It begins without knowing what was before `since`.

        The ids are those of the events that the rule made, or would have made, live.
        """
        rule = _rule(rules, question)
        usable(rule, service, "window" if question.rule is None else "rule.window")
        scene = await _scene(rule, question, groups, database)
        try:
            return backtest_document(scene, await while_connected(request, rehearsals.run(scene)))
        except (NotRecordedError, NotMeantError) as error:
            raise FieldError("ruleId" if question.rule is None else "rule", str(error)) from None
        except BusyError as error:
            raise _later(str(error)) from None
        except asyncio.CancelledError:
            raise _later(STOPPING) from None

    return router


def _rule(rules: Rules, question: BacktestQuestion) -> Rule:
    if question.rule is not None:
        return question.rule
    return find_rule(rules, question.rule_id or "").rule


async def _scene(rule: Rule, question: BacktestQuestion, groups: Groups, database: Database) -> Scene:
    until = question.until.timestamp() if question.until else time.time()
    since = question.since.timestamp() if question.since else until - A_DAY
    if since >= until:
        raise FieldError("since", "It must be earlier than `until`.")
    names = {view.group.id for view in groups.groups()}
    recorded = {each.stream for each in await database.read(recorded_streams)}
    for name in question.named:
        _check(name, _field(question, name), names, recorded)
    streams = question.named
    if not streams:
        streams = tuple(await database.read(lambda connection: meant(connection, rule, names)))
    return Scene(rule, streams, since, until, question.limit, names)


def _check(name: str, field: str, groups: Collection[str], recorded: Collection[str]) -> None:
    if name not in recorded:
        raise FieldError(field, f"Nothing is recorded of {name!r}.")
    if field == "group" and name not in groups:
        raise FieldError(field, f"There is no group {name!r}; a stream is named as `stream`.")
    if field == "stream" and name in groups:
        raise FieldError(field, f"{name!r} is a group; name it as `group`.")


def _field(question: BacktestQuestion, name: str) -> str:
    if name in question.streams:
        return f"streams.{question.streams.index(name)}"
    return "stream" if name == question.stream else "group"


def _later(detail: str) -> HTTPException:
    return HTTPException(503, detail, headers={"retry-after": str(RETRY_AFTER)})
