"""The documents of streams, as the OpenAPI page describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from stream.source import ErrorCode, State  # noqa: TC001 - pydantic reads them
from stream.spec import Detail, PreviewMode, Priority, Sampling  # noqa: TC001 - likewise
from web.documents import Document
from web.messages import utc

if TYPE_CHECKING:
    from stream.source import SourceInfo
    from web.service import StreamView


class ErrorDocument(Document):
    code: ErrorCode
    message: str


class SourceDocument(Document):
    """What the medium says of itself; `fps` is its own rate."""

    width: int
    height: int
    fps: float | None
    codec: str
    decoder: Annotated[str, Field(description="What decodes it: software, or the device.")]


class FramesDocument(Document):
    """Counts since the stream was added; `dropped` by cause."""

    decoded: int
    analysed: int
    dropped: dict[str, int]


class LatencyDocument(Document):
    """Seconds from a frame's capture to its reading, over the last readings."""

    p50: float
    p95: float


class StreamDocument(Document):
    """A stream: its state and figures."""

    id: str
    url: Annotated[str, Field(description="Credentials are replaced by ***.")]
    fps: Annotated[float, Field(description="Frames analysed a second at most.")]
    sampling: Annotated[
        Sampling, Field(description="Whether fewer frames are analysed while the scores stand still.")
    ]
    priority: Annotated[Priority, Field(description="Its share where not all frames can be analysed.")]
    detail: Annotated[Detail, Field(description="How small the faces that are looked for may be.")]
    preview: Annotated[PreviewMode, Field(description="In force: its own, or else the service's.")]
    preview_setting: Annotated[
        PreviewMode | None, Field(description="What the stream itself says; null: as the service has it.")
    ]
    loop: Annotated[bool, Field(description="Whether a file is played again when it ends.")]
    state: State
    error: ErrorDocument | None
    source: SourceDocument | None
    analysed_fps: float
    shed: Annotated[
        float,
        Field(
            description="Share of the last seconds' frames that there was no time for; overload from 0.05."
        ),
    ]
    frames: FramesDocument
    latency: LatencyDocument | None
    reconnects: int
    since: Annotated[str, Field(description="When it came into this state; RFC 3339.")]


class StreamsDocument(Document):
    streams: list[StreamDocument]


class AddressTestDocument(Document):
    """Whether a picture came from an address: what the medium says of itself, or why none did."""

    ok: bool
    source: SourceDocument | None
    error: ErrorDocument | None


class SummaryDocument(Document):
    """What one window of one stream came to. Scores are null where no face was seen."""

    type: str
    stream: str
    window: str
    sequence: int
    start: str
    end: str
    smoothing_delay: float
    frames: int
    faces: int
    tracks: int
    coverage: float
    window_mean_scores: dict[str, float] | None
    window_face_distribution: dict[str, float] | None
    dominant: str | None


def stream_document(view: StreamView) -> StreamDocument:
    condition, source = view.condition, view.source
    error = condition.error
    return StreamDocument(
        id=view.id,
        url=view.url,
        fps=view.fps,
        sampling=view.sampling,
        priority=view.priority,
        detail=view.detail,
        preview=view.preview,
        preview_setting=view.preview_setting,
        loop=view.loop,
        state=condition.state,
        error=None if error is None else ErrorDocument(code=error[0], message=error[1]),
        source=None if source is None else source_document(source),
        analysed_fps=round(view.analysed_fps, 2),
        shed=round(view.shed, 3),
        frames=FramesDocument(decoded=view.decoded, analysed=view.analysed, dropped=dict(view.dropped)),
        latency=None
        if view.latency is None
        else LatencyDocument(p50=round(view.latency.p50, 4), p95=round(view.latency.p95, 4)),
        reconnects=view.reconnects,
        since=utc(condition.since_utc),
    )


def source_document(info: SourceInfo) -> SourceDocument:
    return SourceDocument(
        width=info.width, height=info.height, fps=info.fps, codec=info.codec, decoder=info.decoder
    )
