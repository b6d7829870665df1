"""The guard of the REST calls: a bearer token, where tokens are configured."""

from fastapi import Request
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from web.auth import Tokens, bearer


class Guard(HTTPBearer):
    """A dependency of routes; it also tells OpenAPI that they want a token."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(auto_error=False, scheme_name="token", description="A token of auth.tokens.")
        self._tokens = tokens

    async def __call__(self, request: Request) -> None:  # type: ignore[override]
        """Raises the 401 that becomes a problem document."""
        if not self._tokens.required:
            return
        token = bearer(request.headers.get("authorization"))
        if token is None:
            raise _unauthorized("A token is needed: send it as Authorization: Bearer.", "Bearer")
        if not self._tokens.accept(token):
            raise _unauthorized("This token is not one of the service's.", 'Bearer error="invalid_token"')


def _unauthorized(detail: str, challenge: str) -> HTTPException:
    return HTTPException(401, detail, headers={"www-authenticate": challenge})
