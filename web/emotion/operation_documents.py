"""The document of an operation's status, for the description of the API."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotation

from web.documents import Document
from web.emotion.operation import Status  # noqa: TC001 - pydantic reads the annotation


class OperationDocument(Document):
    """`message` says why it failed, or what of the video could not be read; `processingResult` is a JSON
    document inside a string, there once it has succeeded.
    """

    status: Status
    created_date_time: datetime
    last_action_date_time: datetime
    progress: int
    message: str | None = None
    processing_result: str | None = None
