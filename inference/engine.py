"""The engine: both models loaded, run on threads of their own, frames in and readings out."""

from __future__ import annotations

import asyncio
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
from inference.loading import load
from inference.look import LOOKS
from inference.measured import Measured
from inference.reader import Reader
from inference.sessions import classifier_threads, cores, detector_threads
from models import find
from models.card import card_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from inference.batching import Inlet
    from inference.detections import Detections
    from inference.look import Look
    from inference.options import InferenceOptions
    from inference.reading import Box, Face, Reading
    from inference.sessions import Session
    from models import Manifest
    from stream.frame import Frame, Pixels
    from stream.spec import Detail

Emit: TypeAlias = "Callable[[Measured], Awaitable[None] | None]"
DetailOf: TypeAlias = "Callable[[str], Detail]"

_CPU_BATCH = 4
"""On the CPU a frame costs the same in any batch, and the first of a batch waits for the last."""


def _normal(_stream: str) -> Detail:
    return "normal"


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
    ) -> None:
        self.models = models
        self.statistics = Statistics()
        self._detector = detector
        self._reader = reader
        self._limit, self._wait = limit, wait
        self._detecting = ThreadPoolExecutor(1, "detect")
        self._reading = ThreadPoolExecutor(1, "read")

    @classmethod
    def load(cls, options: InferenceOptions) -> Engine:
        """Check and open both models; takes seconds, so call it in a thread.

        Raises `InferenceError` where a provider that was asked for cannot be used or a model is not what its
        manifest says, `ModelError` where a model is unknown, or its file missing or not the one it should be.
        """
        # OpenCV would start a thread for each core, for work that takes one core some microseconds.
        cv2.setNumThreads(1)
        face, emotion = find("face", options.detector), find("emotion", options.classifier)
        detecting = load(face, options.provider, detector_threads(cores()))
        classifying = load(emotion, options.provider, classifier_threads(cores()))
        sure = face.confidence if options.min_confidence is None else options.min_confidence
        detector = Detector(detecting, face, sure)
        classifier = Classifier(classifying, emotion, options.tau)
        reader = Reader(classifier, sure, options.patience)
        models = (_loaded(emotion, classifying, classifier.tau), _loaded(face, detecting))
        limit, wait = (options.max_batch, options.max_wait) if detecting.on_gpu else (_CPU_BATCH, 0.0)
        return cls(detector, reader, models, min(limit, options.max_batch, BUCKETS[-1]), wait)

    async def warm(self) -> None:
        """Run every size of batch once; on a GPU the first run of each takes long."""
        loop = asyncio.get_running_loop()
        await asyncio.gather(
            loop.run_in_executor(self._detecting, self._detector.warm, self._limit),
            loop.run_in_executor(self._reading, self._reader.warm),
        )

    async def run(self, inlet: Inlet[Frame], emit: Emit, detail: DetailOf = _normal) -> None:
        """Emit a reading for each frame of the inlet, those of one stream in their order, until it closes.

        The frame comes along with it. `detail` says how closely the frames of a stream, given by its id, are
        looked at.
        """
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            last: asyncio.Task[None] | None = None
            async for frames in batches(inlet, self._limit, self._wait):
                looks = [LOOKS[detail(frame.stream)] for frame in frames]
                found = await loop.run_in_executor(self._detecting, self._detect, frames, looks)
                if last is not None:
                    await last
                last = group.create_task(self._finish(frames, found, emit))

    async def read_picture(self, pixels: Pixels, detail: Detail = "high") -> tuple[Face, ...]:
        """The faces of a single picture, the largest first, numbered from 1; nothing is followed."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._detecting, self._detector.search, pixels, LOOKS[detail])
        return await loop.run_in_executor(self._reading, self._reader.read_picture, pixels, found)

    async def read_within(self, pixels: Pixels, boxes: Sequence[Box]) -> tuple[Face, ...]:
        """What each of these boxes of a picture shows, in their order, numbered from 1; no detector runs.

        They must have an area and may reach over the picture's edge. Without landmarks a face that is turned
        is read a little worse than one that was found.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reading, self._reader.read_within, pixels, boxes)

    def forget(self, stream: str) -> None:
        """Free what is kept of a stream, once the last of its frames has been read."""
        self._reading.submit(self._reader.forget, stream)

    def close(self) -> None:
        """End both threads, after the batches they are at."""
        self._detecting.shutdown(wait=False, cancel_futures=True)
        self._reading.shutdown(wait=False, cancel_futures=True)

    async def _finish(self, frames: list[Frame], found: list[Detections], emit: Emit) -> None:
        readings = await asyncio.get_running_loop().run_in_executor(self._reading, self._read, frames, found)
        for reading, frame, detections in zip(readings, frames, found, strict=True):
            waiting = emit(Measured(reading, frame, detections.boxes))
            if waiting is not None:
                await waiting

    def _detect(self, frames: list[Frame], looks: list[Look]) -> list[Detections]:
        start = time.perf_counter()
        found = self._detector.detect([frame.pixels for frame in frames], looks)
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


def _loaded(manifest: Manifest, session: Session, tau: float | None = None) -> LoadedModel:
    labels = tuple(label for label in manifest.labels if label is not None)
    return LoadedModel(
        manifest.task,
        manifest.name,
        manifest.version,
        manifest.sha256,
        session.provider,
        labels,
        manifest.licence,
        manifest.trained_on,
        card_of(manifest.card, manifest.name),
        tau,
    )
