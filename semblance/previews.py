"""Previews of the streams: made while somebody watches, beside inference and never in its way."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from inference.preview import preview_of
from inference.veil import Veil
from stream.latest import Latest
from web.preview_pace import PreviewPace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from inference.measured import Measured
    from inference.options import PreviewOptions
    from inference.preview import Preview
    from stream.spec import PreviewMode


class Audience(Protocol):
    """Who the previews are for."""

    def previews_wanted(self, stream: str) -> float:
        """Pictures a second that somebody wants of this stream, 0 if nobody; asked for every reading."""
        ...

    def publish(self, message: Preview) -> None: ...

    def retract_previews(self, stream: str) -> None:
        """What was published of this stream and has not been sent must not be sent."""
        ...


@dataclass(slots=True)
class Figures:
    """Counts since the start: pictures made, pictures a newer one replaced, seconds of the thread's time."""

    made: int = 0
    dropped: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class _Shown:
    """What is kept of a stream whose pictures are shown, or may be soon."""

    veil: Veil = field(default_factory=Veil)


@dataclass(frozen=True, slots=True)
class _Job:
    """A picture to be made; `hidden` are the places in it that must not be seen, `None` if all may."""

    shown: _Shown
    measured: Measured
    hidden: NDArray[np.float32] | None


class Previews:
    """One picture per stream waits to be made, the newest; streams take turns. For one event loop."""

    def __init__(self, audience: Audience, options: PreviewOptions) -> None:
        self.figures = Figures()
        self._audience = audience
        self._options = options
        self._streams: dict[str, _Shown] = {}
        self._pace = PreviewPace()
        self._waiting: Latest[_Job] = Latest()

    def mode(self, own: PreviewMode | None) -> PreviewMode:
        """The mode in force for a stream with this mode of its own."""
        return own or self._options.mode

    def offer(self, measured: Measured, own: PreviewMode | None) -> None:
        """A frame was read. Of a stream that nobody watches, at most where its faces are is remembered."""
        stream, captured = measured.frame.stream, measured.frame.captured
        mode = self.mode(own)
        if mode == "off" or (mode == "blurred" and not measured.whole):
            return  # it was on its way when the mode became another: somebody in it may have gone unseen
        wanted = self._audience.previews_wanted(stream)
        if mode == "full" and not wanted:
            return
        shown = self._streams.setdefault(stream, _Shown())
        if mode == "blurred":
            pixels = measured.frame.pixels
            shown.veil.see(captured, measured.suspects, (pixels.width, pixels.height))
        if wanted and self._pace.is_due(stream, min(wanted, self._options.fps), captured):
            hidden = shown.veil.boxes(captured) if mode == "blurred" else None
            self.figures.dropped += self._waiting.put(stream, _Job(shown, measured, hidden))

    def forget(self, stream: str) -> None:
        """The stream is gone or its mode has changed: no picture of before may be published after this."""
        self._streams.pop(stream, None)
        self._pace.forget(stream)
        self._waiting.forget(stream)
        self._audience.retract_previews(stream)

    async def run(self) -> None:
        """Makes and publishes pictures until cancelled."""
        thread = ThreadPoolExecutor(1, "preview")
        loop = asyncio.get_running_loop()
        try:
            while True:
                for job in await self._waiting.take(1, 0.0):
                    preview = await loop.run_in_executor(thread, self._make, job)
                    if self._streams.get(preview.stream) is job.shown:  # else it was forgotten meanwhile
                        self._audience.publish(preview)
        finally:
            thread.shutdown(wait=False, cancel_futures=True)

    def _make(self, job: _Job) -> Preview:
        """Runs in the thread, which alone touches the picture by now."""
        start = time.perf_counter()
        preview = preview_of(job.measured.reading, job.measured.frame.pixels, job.hidden, self._options)
        self.figures.seconds += time.perf_counter() - start
        self.figures.made += 1
        return preview
