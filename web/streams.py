"""The streams of the service over REST: add, see, change and remove them."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from stream.locks import Locks
from stream.spec import Detail, FramesPerSecond, PreviewMode, Priority, Sampling, StreamSpec, StreamUrl
from web.problems import problem_documents
from web.service import Service
from web.stream_documents import StreamDocument, StreamsDocument, stream_document


def _without_default(schema: JsonDict) -> None:
    """What is left out of a change has no default: it stays as it is."""
    schema.pop("default", None)


class StreamChange(BaseModel):
    """What is to change of a stream; what is left out stays. An address as it was shown stays too."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    url: StreamUrl = Field("", json_schema_extra=_without_default)
    fps: FramesPerSecond = Field(1.0, json_schema_extra=_without_default)
    sampling: Sampling = Field("steady", json_schema_extra=_without_default)
    priority: Priority = Field("normal", json_schema_extra=_without_default)
    detail: Detail = Field("normal", json_schema_extra=_without_default)
    loop: bool = Field(False, json_schema_extra=_without_default)
    preview: PreviewMode | None = Field(
        None, json_schema_extra=_without_default, description="null: as the service has it."
    )


def streams_router(service: Service) -> APIRouter:
    router = APIRouter(prefix="/api/v1/streams", tags=["streams"])
    changing = Locks()  # a change builds on the one of the same stream before it

    @router.post("", status_code=201, responses=problem_documents(409, 422))
    async def add_stream(spec: StreamSpec, response: Response) -> StreamDocument:
        """Add a stream. It is there at once; its state tells how the connection fares."""
        view = await service.add(spec)
        response.headers["location"] = f"/api/v1/streams/{view.id}"
        return stream_document(view)

    @router.get("")
    async def list_streams() -> StreamsDocument:
        """All streams with their state and figures."""
        return StreamsDocument(streams=[stream_document(view) for view in service.streams()])

    @router.get("/{stream_id}", responses=problem_documents(404))
    async def show_stream(stream_id: str) -> StreamDocument:
        """One stream with its state and figures."""
        return stream_document(service.stream(stream_id))

    @router.patch("/{stream_id}", responses=problem_documents(404, 422))
    async def change_stream(stream_id: str, change: StreamChange) -> StreamDocument:
        """Change a stream; it is connected anew only where its address or rate asks for it."""
        async with changing.of(stream_id):
            spec = service.spec(stream_id)
            changed = _changed(spec, change, shown=service.stream(stream_id).url)
            view = service.stream(stream_id) if changed == spec else await service.change(changed)
        return stream_document(view)

    @router.delete("/{stream_id}", status_code=204, responses=problem_documents(404))
    async def remove_stream(stream_id: str) -> None:
        """Remove a stream and everything it holds."""
        await service.remove(stream_id)

    return router


def _changed(spec: StreamSpec, change: StreamChange, shown: str) -> StreamSpec:
    given = change.model_dump(exclude_unset=True)
    if given.get("url") == shown:  # its password was masked when it was shown
        given = {name: value for name, value in given.items() if name != "url"}
    return spec.model_copy(update=given)
