"""What is wrong with a request about a hook, as a problem that the client can read."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from fastapi import HTTPException

from web.hooks.dispatcher import UnknownHookError
from web.hooks.hooks import DisabledHookError, HookBeingTestedError
from web.hooks.registry import HookExistsError, NotAWebhookError, TooManyHooksError
from web.hooks.resending import TooManyEventsError
from web.problems import FieldError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FIXED = "comes from the configuration file alone; only webhooks are changed here."


@contextmanager
def refusals(hook_id: str) -> Iterator[None]:
    """Turns what hooks raise into what the application answers."""
    try:
        yield
    except UnknownHookError:
        raise HTTPException(404, f"There is no hook {hook_id[:64]!r}.") from None
    except HookExistsError:
        raise HTTPException(
            409, "A hook with this id is there already; PATCH changes it, DELETE removes it."
        ) from None
    except NotAWebhookError:
        raise HTTPException(409, f"The hook {hook_id!r} {_FIXED}") from None
    except HookBeingTestedError:
        raise HTTPException(409, f"The hook {hook_id!r} is being tested already; wait for it.") from None
    except (TooManyHooksError, DisabledHookError) as error:
        raise HTTPException(409, str(error)) from None
    except TooManyEventsError as error:
        raise FieldError("since", str(error)) from None


def check_address(check: Callable[[str], None], url: str) -> None:
    """Raises `FieldError` where the check raises `ValueError`."""
    try:
        check(url)
    except ValueError as error:
        raise FieldError("url", str(error)) from None
