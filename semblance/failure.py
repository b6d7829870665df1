"""A failure that ends a command: what is wrong and what to do, in a line or two, and an exit status."""

from __future__ import annotations


class Failure(Exception):  # noqa: N818 - it is what a command ends with, not what a caller handles
    """Status 1: the work failed."""

    status = 1


class UsageFailure(Failure):
    """Status 2: the command or its configuration is wrong."""

    status = 2


def leaf(error: BaseException) -> BaseException:
    """The first of the exceptions that groups of tasks have wrapped into each other."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
