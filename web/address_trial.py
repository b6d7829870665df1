"""Trying an address over REST before a stream is made of it."""

import asyncio

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from stream.source import SourceError
from stream.spec import StreamId, StreamSpec, StreamUrl
from web.documents import ProblemDocument
from web.service import Service, TooManyTestsError
from web.stream_documents import AddressTestDocument, ErrorDocument, source_document
from web.while_connected import STOPPING, while_connected

RETRY_AFTER = 5
"""Seconds after which a client that found no room should try again; a test that fails takes about that."""


class AddressTrial(BaseModel):
    """The address to try. With the id of a stream, its address as it was shown stands for the whole one."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    url: StreamUrl
    id: StreamId | None = Field(None, description="The stream that is being changed, if it is there already.")


def address_trial_router(service: Service) -> APIRouter:
    router = APIRouter(prefix="/api/v1/streams", tags=["streams"])

    @router.post("/test", responses={status: {"model": ProblemDocument} for status in (404, 422, 503)})
    async def test_address(trial: AddressTrial, request: Request) -> AddressTestDocument:
        """Open an address, wait for its first picture and let it go. Takes as long as the source takes."""
        try:
            return await while_connected(request, _outcome(service, _spec(service, trial)))
        except TooManyTestsError as error:
            raise _later(str(error)) from None
        except asyncio.CancelledError:
            raise _later(STOPPING) from None

    return router


def _later(detail: str) -> HTTPException:
    return HTTPException(503, detail, headers={"retry-after": str(RETRY_AFTER)})


async def _outcome(service: Service, spec: StreamSpec) -> AddressTestDocument:
    try:
        info = await service.test(spec)
    except SourceError as error:
        return AddressTestDocument(
            ok=False, source=None, error=ErrorDocument(code=error.code, message=error.message)
        )
    return AddressTestDocument(ok=True, source=source_document(info), error=None)


def _spec(service: Service, trial: AddressTrial) -> StreamSpec:
    if trial.id is None:
        return StreamSpec(id="test", url=trial.url)
    spec, shown = service.spec(trial.id), service.stream(trial.id).url
    return spec if trial.url == shown else spec.model_copy(update={"url": trial.url})
