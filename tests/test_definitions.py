"""What is defined over REST: kept by kind and id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.history_database import MemoryDatabase
from web.history.database import HistoryUnavailableError
from web.history.definitions import Definitions

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def database() -> Iterator[MemoryDatabase]:
    database = MemoryDatabase()
    yield database
    database.close()


async def test_each_kind_has_documents_of_its_own(database: MemoryDatabase) -> None:
    rules, groups = Definitions(database, "rule"), Definitions(database, "group")
    await rules.keep("b", "{}")
    await rules.keep("a", "[1]")
    await groups.keep("a", "[2]")
    assert list((await rules.all()).items()) == [("a", "[1]"), ("b", "{}")]
    assert await groups.all() == {"a": "[2]"}


async def test_the_newer_document_takes_the_place_of_the_older(database: MemoryDatabase) -> None:
    rules = Definitions(database, "rule")
    await rules.keep("a", "1")
    await rules.keep("a", "2")
    assert await rules.all() == {"a": "2"}
    assert await rules.remove("a")
    assert not await rules.remove("a")
    assert await rules.all() == {}


async def test_a_database_that_is_gone_is_told_of(database: MemoryDatabase) -> None:
    database.fails = True
    with pytest.raises(HistoryUnavailableError):
        await Definitions(database, "rule").keep("a", "1")
