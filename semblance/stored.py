"""What was made over REST and is stored, as a command finds it, whether the service runs or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from semblance.failure import Failure
from web.history.alone import NoHistoryError, read_alone
from web.history.database import HistoryUnavailableError
from web.history.schema import definitions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from semblance.settings import Settings
    from web.history.definitions import Kind

T = TypeVar("T")


def stored(settings: Settings, kind: Kind, form: TypeAdapter[T]) -> list[T]:
    """Ordered by id. Raises `Failure` where what is stored cannot be read."""
    return list(_usable(_documents(settings, kind), form))


def _documents(settings: Settings, kind: Kind) -> Sequence[str]:
    def read(connection: Connection) -> list[str]:
        query = select(definitions.c.document).where(definitions.c.kind == kind).order_by(definitions.c.id)
        return list(connection.execute(query).scalars())

    try:
        with read_alone(settings.history.address()) as reading:
            return reading(read)
    except NoHistoryError:
        return ()
    except HistoryUnavailableError as error:
        raise Failure(f"The {kind}s that are stored cannot be read: {error}") from None


def _usable(documents: Sequence[str], form: TypeAdapter[T]) -> Iterator[T]:
    for document in documents:
        try:
            yield form.validate_json(document)
        except ValidationError:  # the service leaves it out too, and says why
            continue
