"""Makes the shipped classifier compute in whole numbers of 8 bits: `python -m models.emotion.quantise`.

Two and a half times as fast on a CPU that multiplies bytes (AVX512-VNNI, AVX-VNNI); on x86 without them the
sums can overflow. Scores move a little, as the table that is printed says. To run it, name the manifest that
is written as `inference.classifier`. Calibrated on training faces; the first layer, of a single channel, and
the last are left as they are: to convert those costs more time, or more exactness, than they are worth.
"""

from __future__ import annotations

import argparse
import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx

from models import data_folder
from models.emotion import shown
from models.emotion.classifier_file import ClassifierFile
from models.emotion.ferplus import for_training
from models.emotion.measures import accuracy, confusion, mean_recall
from models.manifest_file import read
from models.markdown import share, table
from models.registry import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from models.manifest import Manifest

NAME = "semblance-emotion-int8"
FACES = 1000


class Calibration:
    """Faces (n, 48, 48) one by one, as ONNX Runtime's `CalibrationDataReader` hands them out."""

    def __init__(self, manifest: Manifest, pictures: NDArray[np.uint8]) -> None:
        self._fed: Iterator[dict[str, NDArray[np.float32]]] = (
            {manifest.input.name: picture[None, None].astype(np.float32)} for picture in pictures
        )

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        return next(self._fed, None)


def quantise(manifest: Manifest, pictures: NDArray[np.uint8], folder: Path) -> Manifest:
    """The model of a manifest in 8 bits, ranged by `pictures` (n, 48, 48), written into `folder`."""
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "emotion.onnx"
    layers = [node for node in onnx.load(manifest.path).graph.node if node.op_type in {"Conv", "Gemm"}]
    quantize_static(
        manifest.path,
        file,
        Calibration(manifest, pictures),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["Conv", "Add", "GlobalAveragePool"],
        nodes_to_exclude=[layers[0].name, layers[-1].name],
    )
    entry: dict[str, Any] = json.loads(manifest.path.with_name("manifest.json").read_text("utf-8"))
    entry |= {"name": NAME, "file": file.name, "sha256": sha256(file.read_bytes()).hexdigest()}
    entry["recipe"] = [*entry["recipe"], "python -m models.emotion.quantise"]
    (folder / "manifest.json").write_text(json.dumps(entry, indent=2) + "\n", encoding="utf-8")
    return read(folder / "manifest.json")


def losses(before: ClassifierFile, after: ClassifierFile, validation: shown.Shown) -> str:
    """What both make of the same faces, as a table in Markdown."""
    scores = [each.scores(validation.pictures) for each in (before, after)]
    counts = [confusion(each, validation.labels) for each in scores]
    apart = np.abs(scores[0] - scores[1])
    rows = [
        ["accuracy", *(share(accuracy(each)) for each in counts)],
        ["mean recall", *(share(mean_recall(each)) for each in counts)],
        ["a score's mean distance", "", f"{apart.mean():.4f}"],
        ["the largest of a face's, 99 %", "", f"{np.quantile(apart.max(1), 0.99):.3f}"],
        ["ms a face, one at a time", *(f"{each.milliseconds(1):.2f}" for each in (before, after))],
        ["ms a face, batch 8", *(f"{each.milliseconds(8):.2f}" for each in (before, after))],
    ]
    return table([f"{len(validation.pictures)} faces of FER+", "fp32", "int8"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    data_folder.add_option(parser)
    parser.add_argument("--output", type=Path, default=Path(".training") / NAME, help="a folder")
    options = parser.parse_args()
    data_folder.require(options.data, ("ferplus/ferplus.npz",))
    pictures = for_training(options.data).pictures
    chosen = np.random.default_rng(0).choice(len(pictures), min(FACES, len(pictures)), replace=False)
    manifest = quantise(shipped("emotion"), pictures[chosen], options.output)
    before, after = ClassifierFile(shipped("emotion")), ClassifierFile(manifest)
    sys.stdout.write(f"{losses(before, after, shown.ferplus(options.data))}\n")


if __name__ == "__main__":
    main()
