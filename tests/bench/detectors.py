"""The detectors that the benchmarks set beside each other: ours, YuNet through us, YuNet through OpenCV."""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from inference.detections import Detections
from inference.detector import Detector
from inference.look import LOOKS
from inference.sessions import open_session
from models import shipped
from models.catalogue import known
from models.face.photographs import labelled
from stream.array_pixels import ArrayPixels
from tests.yunet import yunet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from models import Manifest
    from models.face.faces import Faces

DATA = Path(os.environ.get("SEMBLANCE_DATA") or Path(__file__).parents[2] / "../shared/data")
LEAST = 0.02
"""The confidence from which finds count for average precision."""


@dataclass(frozen=True, slots=True)
class Photograph:
    pixels: NDArray[np.uint8]
    faces: Faces


OURS, YUNET, OPENCV = "ours", "YuNet through us", "YuNet through OpenCV"


def manifests() -> dict[str, Manifest]:
    """The shipped detector, and YuNet's reference file read as the catalogue says of the one to be pulled."""
    told = known("yunet").manifest
    overlap = cast("dict[str, float]", told["decoder"])["overlap"]
    file = DATA / "reference_models/yunet_n_640_640.onnx"
    of_yunet = yunet(file, free_sizes=True, overlap=overlap)
    return {
        OURS: shipped("face"),
        YUNET: replace(of_yunet, confidence=cast("float", told["confidence"])),
    }


def detector(manifest: Manifest, confidence: float) -> Detector:
    session = open_session(manifest.path, "cpu", 1, free_sizes=manifest.free_sizes)
    return Detector(session, manifest, confidence)


class OpenCv:
    """YuNet through `cv2.FaceDetectorYN`, at the picture's own size, with the same share of overlap."""

    def __init__(self, confidence: float, overlap: float) -> None:
        path = DATA / "reference_models/yunet_n_640_640.onnx"
        self._detector = cv2.FaceDetectorYN.create(str(path), "", (320, 320), confidence, overlap, 5000)

    def detect(self, picture: NDArray[np.uint8]) -> Detections:
        self._detector.setInputSize(picture.shape[1::-1])
        rows = self._detector.detect(picture)[1]
        found = np.zeros((0, 15), np.float32) if rows is None else np.asarray(rows, np.float32)
        found = found[np.argsort(-found[:, 14], kind="stable")]
        return Detections(found[:, :4], found[:, 4:14].reshape(-1, 5, 2), found[:, 14])


def held_back(name: str) -> list[Photograph]:
    """The photographs of "scenes" or "portraits" that nothing was trained on."""
    return [Photograph(pixels, faces) for _, pixels, faces in labelled(DATA, name, held_back=True)]


def backgrounds() -> Iterator[NDArray[np.uint8]]:
    with zipfile.ZipFile(DATA / "faces/backgrounds.zip") as archive:
        for name in archive.namelist():
            content = np.frombuffer(archive.read(name), np.uint8)
            yield np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR), np.uint8)


def searched(one: Detector, pictures: Sequence[NDArray[np.uint8]]) -> list[Detections]:
    """What `analyze` finds in pictures."""
    return [one.search(ArrayPixels(picture), LOOKS["high"]) for picture in pictures]
