"""How many files may be open, and clients connected."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import pytest

from semblance.open_files import KEPT, MOST, allow_many, clients_that_fit

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def low() -> Iterator[int]:
    """The usual limit of a process."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, before[1]))
    yield 1024
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_the_limit_is_raised_to_what_the_system_allows(low: int) -> None:
    allow_many()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert low <= soft == min(MOST, hard if hard != resource.RLIM_INFINITY else MOST)


def test_clients_leave_files_for_the_rest_of_the_service(low: int) -> None:
    assert clients_that_fit() == low - KEPT
    resource.setrlimit(resource.RLIMIT_NOFILE, (600, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    assert clients_that_fit() == 300
