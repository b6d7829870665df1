"""The engine: both models loaded, run on threads of their own, frames in and readings out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import cv2

from inference.batching import BUCKETS, batches
from inference.classifier import Classifier
from inference.detector import Detector
from inference.loaded_model import LoadedModel
from inference.reader import Reader
from inference.sessions import (
    InferenceError,
    Session,
    classifier_threads,
    cores,
    detector_threads,
    open_session,
)
from models import shipped, verify

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from inference.batching import Inlet
    from inference.detections import Detections
    from inference.options import InferenceOptions, Setting
    from inference.reading import Face, Reading
    from models import Manifest
    from stream.frame import Frame, Pixels

_log = logging.getLogger(__name__)

Emit: TypeAlias = "Callable[[Reading], Awaitable[None] | None]"

_CPU_BATCH = 4
"""On the CPU a frame costs the same in any batch, and the first of a batch waits for the last."""
_WEAK = 0.6
"""Down to this part of the confidence that is reported, a detection keeps the track of a face alive."""


@dataclass(slots=True)
class Statistics:
    """Counts since the engine was loaded; `batches` by their size, the seconds by thread."""

    batches: Counter[int] = field(default_factory=Counter)
    frames: int = 0
    faces: int = 0
    detect_seconds: float = 0.0
    read_seconds: float = 0.0


class Engine:
    """Reads faces from frames and pictures. Made by `load`; its async methods belong on the event loop.

    Two threads work side by side: while one looks for faces in a batch, the other follows, crops and
    classifies those of the batch before. No more than these two batches are held.
    """

    def __init__(
        self,
        detector: Detector,
        reader: Reader,
        models: tuple[LoadedModel, ...],
        limit: int,
        wait: float,
        picture_size: int,
    ) -> None:
        self.models = models
        self.statistics = Statistics()
        self._detector = detector
        self._reader = reader
        self._limit, self._wait, self._picture_size = limit, wait, picture_size
        self._detecting = ThreadPoolExecutor(1, "detect")
        self._reading = ThreadPoolExecutor(1, "read")

    @classmethod
    def load(cls, options: InferenceOptions) -> Engine:
        """Check and open both models; takes seconds, so call it in a thread.

        Raises `InferenceError` where a provider that was asked for cannot be used, `ModelError` where a
        model's file is missing or not the one its manifest names.
        """
        # OpenCV would start a thread for each core, for work that takes one core some microseconds.
        cv2.setNumThreads(1)
        face, emotion, available = shipped("face"), shipped("emotion"), cores()
        detecting = _opened(face, options.provider, detector_threads(available))
        classifying = _opened(emotion, options.provider, classifier_threads(available))
        classifier = Classifier(classifying, emotion)
        detector = Detector(
            detecting, face, options.detector_size, options.min_confidence * _WEAK, options.min_face
        )
        reader = Reader(classifier, options.min_confidence, options.patience)
        models = (_loaded(emotion, classifying), _loaded(face, detecting))
        limit, wait = (options.max_batch, options.max_wait) if detecting.on_gpu else (_CPU_BATCH, 0.0)
        return cls(
            detector, reader, models, min(limit, options.max_batch, BUCKETS[-1]), wait, options.picture_size
        )

    async def warm(self) -> None:
        """Run every size of batch once; on a GPU the first run of each takes long."""
        loop = asyncio.get_running_loop()
        await asyncio.gather(
            loop.run_in_executor(self._detecting, self._detector.warm, self._limit),
            loop.run_in_executor(self._reading, self._reader.warm),
        )

    async def run(self, inlet: Inlet[Frame], emit: Emit) -> None:
        """Emit a reading for each frame of the inlet, those of one stream in their order, until it closes."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            last: asyncio.Task[None] | None = None
            async for frames in batches(inlet, self._limit, self._wait):
                found = await loop.run_in_executor(self._detecting, self._detect, frames)
                if last is not None:
                    await last
                last = group.create_task(self._finish(frames, found, emit))

    async def read_picture(self, pixels: Pixels) -> tuple[Face, ...]:
        """The faces of a single picture, the largest first, numbered from 1; nothing is followed."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._detecting, self._detector.search, pixels, self._picture_size)
        return await loop.run_in_executor(self._reading, self._reader.read_picture, pixels, found)

    def forget(self, stream: str) -> None:
        """Free what is kept of a stream, once the last of its frames has been read."""
        self._reading.submit(self._reader.forget, stream)

    def close(self) -> None:
        """End both threads, after the batches they are at."""
        self._detecting.shutdown(wait=False, cancel_futures=True)
        self._reading.shutdown(wait=False, cancel_futures=True)

    async def _finish(self, frames: list[Frame], found: list[Detections], emit: Emit) -> None:
        readings = await asyncio.get_running_loop().run_in_executor(self._reading, self._read, frames, found)
        for reading in readings:
            waiting = emit(reading)
            if waiting is not None:
                await waiting

    def _detect(self, frames: list[Frame]) -> list[Detections]:
        start = time.perf_counter()
        found = self._detector.detect([frame.pixels for frame in frames])
        self.statistics.batches[len(frames)] += 1
        self.statistics.frames += len(frames)
        self.statistics.detect_seconds += time.perf_counter() - start
        return found

    def _read(self, frames: list[Frame], found: list[Detections]) -> list[Reading]:
        start = time.perf_counter()
        readings = self._reader.read(frames, found)
        self.statistics.faces += sum(len(reading.faces) for reading in readings)
        self.statistics.read_seconds += time.perf_counter() - start
        return readings


def _opened(manifest: Manifest, setting: Setting, threads: int) -> Session:
    verify(manifest)
    session = open_session(manifest.path, setting, threads)
    if session.wants != manifest.input.dtype:
        raise InferenceError(
            f"The model {manifest.name} wants {session.wants}, but its manifest says {manifest.input.dtype}."
        )
    _log.info("%s %s runs on %s.", manifest.name, manifest.version, session.provider)
    return session


def _loaded(manifest: Manifest, session: Session) -> LoadedModel:
    labels = tuple(label for label in manifest.labels if label is not None)
    return LoadedModel(
        manifest.task, manifest.name, manifest.version, manifest.sha256, session.provider, labels
    )
