"""An HTTP connection, as uvicorn has it, that ends where nothing can be said any more."""

from __future__ import annotations

from h11 import LocalProtocolError
from uvicorn.protocols.http.h11_impl import H11Protocol


class HttpConnection(H11Protocol):
    """A body may turn out to be no HTTP when its request has been answered, or asked for no body itself."""

    def send_400_response(self, msg: str) -> None:
        """uvicorn tries all the same, which ends in an error of its own, with a traceback."""
        try:
            super().send_400_response(msg)
        except LocalProtocolError:
            self.transport.close()
