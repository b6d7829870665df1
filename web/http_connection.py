"""An HTTP connection, as uvicorn has it, that ends where nothing can be said any more."""

from __future__ import annotations

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_UNANSWERED = (h11.IDLE, h11.SEND_RESPONSE)


class HttpConnection(H11Protocol):
    """A body may turn out to be no HTTP when its request has been answered already."""

    def send_400_response(self, msg: str) -> None:
        """uvicorn would answer a second time, which is an error of its own, with a traceback."""
        if self.conn.our_state in _UNANSWERED:
            super().send_400_response(msg)
        else:
            self.transport.close()
