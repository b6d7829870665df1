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
import numpy as np

from inference.batching import BUCKETS, batches
from inference.classifier import Classifier
from inference.closer import Closer
from inference.detector import Detector
from inference.device.eyes import eyes_for
from inference.device.gate import Gate
from inference.device.pinned import Pinned
from inference.device.rewriting import as_run
from inference.device.spared import Spared
from inference.finder import Finder
from inference.followers import Followers
from inference.lanes import Lane, Lanes
from inference.loaded_model import LoadedModel
from inference.loading import load
from inference.look import LOOKS
from inference.measured import Measured
from inference.metered import Metered, Spent
from inference.reader import Reader
from inference.sessions import classifier_threads, detector_threads
from models import find
from models.card import card_of
from stream.cores import cores

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from inference.batching import Inlet
    from inference.detections import Detections
    from inference.lanes import Batch
    from inference.look import Look
    from inference.network import Network
    from inference.options import Every, InferenceOptions
    from inference.reading import Box, Face, Reading
    from inference.sessions import Session
    from inference.tensor import Zeros
    from models import Manifest
    from stream.frame import Frame, Pixels
    from stream.spec import Detail

Emit: TypeAlias = "Callable[[Measured], Awaitable[None] | None]"
DetailOf: TypeAlias = "Callable[[str], Detail]"
WholeOf: TypeAlias = "Callable[[str], bool]"

_log = logging.getLogger(__name__)

_CPU_BATCH = 4
"""On the CPU a frame costs the same in any batch, and the first of a batch waits for the last."""
_LANE_BATCH = 8
"""Where nobody waits: a twentieth faster than batches of four, for all that is done once for each."""


def _normal(_stream: str) -> Detail:
    return "normal"


def _none(_stream: str) -> bool:
    return False


@dataclass(slots=True)
class Statistics:
    """Counts since the engine was loaded; `batches` by their size, the seconds by thread.

    `detector` and `classifier` are the runs of the two networks alone, which the seconds hold too.
    """

    batches: Counter[int] = field(default_factory=Counter)
    frames: int = 0
    faces: int = 0
    detect_seconds: float = 0.0
    read_seconds: float = 0.0
    detector: Spent = field(default_factory=Spent)
    classifier: Spent = field(default_factory=Spent)

    def detected(self, frames: int, seconds: float) -> None:
        """Faces were looked for in a batch."""
        self.batches[frames] += 1
        self.frames += frames
        self.detect_seconds += seconds

    def read(self, readings: Sequence[Reading], seconds: float) -> None:
        """Those that were found were followed and classified."""
        self.faces += sum(len(reading.faces) for reading in readings)
        self.read_seconds += seconds


class Engine:
    """Reads faces from frames and pictures. Made by `load`; its async methods belong on the event loop.

    For what comes live two threads work side by side: while one looks for faces in a batch, the other
    follows, crops and classifies those of the batch before. No more than these two batches are held. For
    recordings there are `lanes`, as many as there are cores.
    """

    def __init__(
        self,
        finder: Finder,
        reader: Reader,
        models: tuple[LoadedModel, ...],
        limit: int,
        wait: float,
        lanes: Lanes | None = None,
        statistics: Statistics | None = None,
    ) -> None:
        self.models = models
        self.statistics = statistics or Statistics()
        self._finder = finder
        self._reader = reader
        self._limit, self._wait = limit, wait
        self._lanes = lanes
        self._detecting = ThreadPoolExecutor(1, "detect")
        self._reading = ThreadPoolExecutor(1, "read")

    @classmethod
    def load(cls, options: InferenceOptions, lanes: int = 0, *, graphs: bool = True) -> Engine:
        """Check and open both models; takes seconds, so call it in a thread.

        With `lanes` whole batches are read side by side, which serves recordings best. What is read is the
        same on any number of them, and may be a little other than without: each batch begins with a look at
        the whole picture. `graphs`: CUDA graphs may be recorded, since nothing else of the process uses CUDA.

        Raises `InferenceError` where a provider that was asked for cannot be used or a model is not what its
        manifest says, `ModelError` where a model is unknown, or its file missing or not the one it should be.
        """
        # OpenCV would start a thread for each core, for work that takes one core some microseconds.
        cv2.setNumThreads(1)
        face, emotion = find("face", options.detector), find("emotion", options.classifier)
        side_by_side = lanes > 0
        gate = Gate(records=graphs)
        threads = 1 if side_by_side else detector_threads(cores())
        detecting = load(face, options.provider, threads, options.precision, gate)
        if not graphs and detecting.on_gpu:
            _log.info("No CUDA graphs are recorded, which what decodes video on the GPU would spoil.")
        one_by_one = threads == 1 and not detecting.on_gpu
        judges = 1 if side_by_side else classifier_threads(cores())
        classifying = load(emotion, options.provider, judges, options.precision, gate)
        sure = face.confidence if options.min_confidence is None else options.min_confidence
        followers = Followers(sure, options.patience)
        every = _every(options.detect_every, on_gpu=detecting.on_gpu)
        statistics = Statistics()
        looking = Metered(_spared(detecting, face, threads), statistics.detector)
        judging = Metered(_spared(classifying, emotion, judges), statistics.classifier)
        zeros: Zeros = Pinned(gate).zeros if detecting.on_gpu else np.zeros
        eyes = eyes_for(face, detecting, statistics.detector, gate, zeros)
        face, emotion = as_run(face, detecting), as_run(emotion, classifying)

        def finder() -> Finder:
            fixed = face.input.width is not None and face.input.height is not None
            closer = None if fixed else Closer(looking, face, sure)
            detector = Detector(looking, face, sure, one_by_one=one_by_one, eyes=eyes, zeros=zeros)
            return Finder(detector, closer, every, sure)

        def lane() -> Lane:
            return Lane(finder(), Reader(Classifier(judging, emotion, options.tau, zeros), followers))

        first = lane()
        models = (_loaded(emotion, classifying, first.reader.tau), _loaded(face, detecting))
        limit, wait = (options.max_batch, options.max_wait) if detecting.on_gpu else (_CPU_BATCH, 0.0)
        if side_by_side and not detecting.on_gpu:
            limit = _LANE_BATCH if every == "auto" else _LANE_BATCH // every * every or _LANE_BATCH
        limit = min(limit, options.max_batch, BUCKETS[-1])
        several = Lanes([lane() for _ in range(lanes)], limit, options.max_wait) if side_by_side else None
        return cls(first.finder, first.reader, models, limit, wait, several, statistics)

    async def warm(self) -> None:
        """Run every size of batch once; on a GPU the first run of each takes long."""
        loop = asyncio.get_running_loop()
        await asyncio.gather(
            loop.run_in_executor(self._detecting, self._finder.warm, self._limit),
            loop.run_in_executor(self._reading, self._reader.warm),
        )

    async def run(
        self, inlet: Inlet[Frame], emit: Emit, detail: DetailOf = _normal, whole: WholeOf = _none
    ) -> None:
        """Emit a reading for each frame of the inlet, those of one stream in their order, until it closes.

        May be called again meanwhile, for other streams. The frame comes along with it. `detail` says how
        closely the frames of a stream, given by its id, are looked at; `whole`, whether all of the picture is
        in each of them, so that nobody goes unseen for a moment. Recordings on lanes are never asked for.
        """
        if self._lanes is not None:
            await self._lanes.run(inlet, emit, detail, self._note)
            return
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            last: asyncio.Task[None] | None = None
            async for frames in batches(inlet, self._limit, self._wait):
                looks = [LOOKS[detail(frame.stream)] for frame in frames]
                wholly = [whole(frame.stream) for frame in frames]
                found = await loop.run_in_executor(self._detecting, self._detect, frames, looks, wholly)
                if last is not None:
                    await last
                last = group.create_task(self._finish(frames, found, wholly, emit))

    async def read_picture(self, pixels: Pixels, detail: Detail = "high") -> tuple[Face, ...]:
        """The faces of a single picture, the largest first, numbered from 1; nothing is followed."""
        look = LOOKS[detail]
        if self._lanes is not None:
            return await self._lanes.call(
                lambda lane: lane.reader.read_picture(pixels, lane.finder.search(pixels, look))
            )
        loop = asyncio.get_running_loop()
        # Look by look, so that what comes live waits for one of them at most.
        found = [
            await loop.run_in_executor(self._detecting, self._finder.look, pixels, each)
            for each in self._finder.detector.looks(pixels, look)
        ]
        together = await loop.run_in_executor(self._detecting, self._finder.together, pixels, look, found)
        return await loop.run_in_executor(self._reading, self._reader.read_picture, pixels, together)

    async def read_within(self, pixels: Pixels, boxes: Sequence[Box]) -> tuple[Face, ...]:
        """What each of these boxes of a picture shows, in their order, numbered from 1; no detector runs.

        They must have an area and may reach over the picture's edge. Without landmarks a face that is turned
        is read a little worse than one that was found.
        """
        if self._lanes is not None:
            return await self._lanes.call(lambda lane: lane.reader.read_within(pixels, boxes))
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reading, self._reader.read_within, pixels, boxes)

    def forget(self, stream: str) -> None:
        """Free what is kept of a stream, once the last of its frames has been read."""
        self._detecting.submit(self._finder.forget, stream)
        self._reading.submit(self._reader.forget, stream)

    def close(self) -> None:
        """End the threads, after the batches they are at."""
        if self._lanes is not None:
            self._lanes.close()
        self._finder.detector.close()
        self._detecting.shutdown(wait=False, cancel_futures=True)
        self._reading.shutdown(wait=False, cancel_futures=True)

    async def _finish(
        self, frames: list[Frame], found: list[Detections], wholly: list[bool], emit: Emit
    ) -> None:
        readings = await asyncio.get_running_loop().run_in_executor(self._reading, self._read, frames, found)
        for reading, frame, detections, whole in zip(readings, frames, found, wholly, strict=True):
            waiting = emit(Measured(reading, frame, detections.boxes, whole))
            if waiting is not None:
                await waiting

    def _detect(self, frames: list[Frame], looks: list[Look], wholly: list[bool]) -> list[Detections]:
        start = time.perf_counter()
        found = self._finder.find(frames, looks, wholly)
        self.statistics.detected(len(frames), time.perf_counter() - start)
        return found

    def _read(self, frames: list[Frame], found: list[Detections]) -> list[Reading]:
        start = time.perf_counter()
        readings = self._reader.read(frames, found)
        self.statistics.read(readings, time.perf_counter() - start)
        return readings

    def _note(self, batch: Batch) -> None:
        self.statistics.detected(len(batch.measured), batch.detect_seconds)
        self.statistics.read([measured.reading for measured in batch.measured], batch.read_seconds)


def _every(wanted: Every, *, on_gpu: bool) -> Every:
    """A GPU looks at whole pictures in less time than a CPU takes to cut regions out of them."""
    return 1 if wanted == "auto" and on_gpu else wanted


def _spared(session: Session, manifest: Manifest, threads: int) -> Network:
    return Spared(session, manifest, threads) if session.on_gpu else session


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
