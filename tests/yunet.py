"""The real YuNet as a manifest, and photographs to try it on."""

from __future__ import annotations

import hashlib
import zipfile
from typing import TYPE_CHECKING

import cv2
import numpy as np

from models import Decoder, Input, Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

STRIDES = (8, 16, 32)
OUTPUTS = tuple(f"{head}_{stride}" for head in ("cls", "obj", "bbox", "kps") for stride in STRIDES)


def yunet(path: Path, *, free_sizes: bool = False, overlap: float = 0.45) -> Manifest:
    """What a manifest says of the YuNet at `path`."""
    return Manifest(
        name="yunet",
        task="face",
        version="2023mar",
        path=path,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        input=Input("input", "float32", "NCHW", "bgr", None, None, 32, (0.0,), (1.0,)),
        outputs=OUTPUTS,
        labels=("face",),
        prior=None,
        temperature=1.0,
        crop=None,
        licence="MIT",
        trained_on=(),
        recipe=(),
        decoder=Decoder("yunet", STRIDES, None, relative=False, overlap=overlap),
        free_sizes=free_sizes,
    )


def yunet_json(path: Path) -> dict[str, object]:
    """A manifest of somebody's own for the YuNet at `path`, which declares fixed sizes."""
    return {
        "name": "my-yunet",
        "task": "face",
        "version": "1",
        "file": str(path.resolve()),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "input": {
            "name": "input",
            "dtype": "float32",
            "layout": "NCHW",
            "colour": "bgr",
            "multipleOf": 32,
            "mean": 0,
            "scale": 1,
        },
        "outputs": list(OUTPUTS),
        "labels": ["face"],
        "decoder": {"layout": "yunet", "strides": list(STRIDES), "overlap": 0.45},
        "confidence": 0.6,
        "freeSizes": True,
        "prior": None,
        "temperature": 1.0,
        "crop": None,
        "licence": "MIT",
        "trainedOn": [],
        "recipe": [],
    }


def photographs(data: Path, count: int) -> Iterator[NDArray[np.uint8]]:
    """The first scenes of the data folder, BGR."""
    with zipfile.ZipFile(data / "faces/scenes.zip") as archive:
        for name in archive.namelist()[:count]:
            picture = cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), cv2.IMREAD_COLOR)
            yield np.asarray(picture, np.uint8)
