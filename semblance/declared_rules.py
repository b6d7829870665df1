"""The rules that a service has or would have, as a command finds them: configured, stored, default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError
from sqlalchemy import select

from aggregation.rules.definition import DEFAULT_RULES, RULE
from semblance.book import Entry
from semblance.failure import Failure
from web.history.alone import NoHistoryError, read_alone
from web.history.database import HistoryUnavailableError
from web.history.schema import definitions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from aggregation.rules.definition import Rule
    from semblance.settings import Settings


def declared_rules(settings: Settings) -> dict[str, Entry[Rule]]:
    """By id, as the service has them when it starts. Raises `Failure` where what is stored cannot be read."""
    entries: dict[str, Entry[Rule]] = {rule.id: Entry(rule, "default") for rule in DEFAULT_RULES}
    entries |= {rule.id: Entry(rule, "api") for rule in _usable(_stored(settings))}
    entries |= {rule.id: Entry(rule, "file") for rule in settings.rules}
    return entries


def _stored(settings: Settings) -> Sequence[str]:
    try:
        with read_alone(settings.history.address()) as read:
            return read(_documents)
    except NoHistoryError:
        return ()
    except HistoryUnavailableError as error:
        raise Failure(f"The rules that are stored cannot be read: {error}") from None


def _documents(connection: Connection) -> list[str]:
    query = select(definitions.c.document).where(definitions.c.kind == "rule").order_by(definitions.c.id)
    return list(connection.execute(query).scalars())


def _usable(documents: Sequence[str]) -> Iterator[Rule]:
    for document in documents:
        try:
            yield RULE.validate_json(document)
        except ValidationError:  # the service leaves it out too, and says why
            continue
