"""What both cards are made with: the command's options, the page, and what every manifest fills into it."""

from __future__ import annotations

import logging
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING

import onnxruntime

from models import data_folder
from models.cost import parameters
from models.markdown import filled

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

    from models.manifest import Manifest

log = logging.getLogger("models.card")


def options(about: str | None, folder: Path) -> Namespace:
    """What the command line says: `data`, `output` (`folder` unless given) and `scenes`."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = ArgumentParser(description=about)
    data_folder.add_option(parser)
    parser.add_argument("--output", type=Path, default=folder)
    parser.add_argument("--scenes", type=int, default=12, help="scenes of drawn people")
    return parser.parse_args()


def write_page(manifest: Manifest, words: Path, places: Mapping[str, str], output: Path) -> None:
    """The page `README.md` in `output`: the words of `card.md` with all places filled in."""
    page = filled(words.read_text(encoding="utf-8"), {**_known(manifest), **places})
    (output / "README.md").write_text(page, encoding="utf-8")
    log.info("%s: the card of %s", output, manifest.name)


def runtime() -> str:
    return f"ONNX Runtime {onnxruntime.__version__}"


def _known(manifest: Manifest) -> dict[str, str]:
    return {
        "file": manifest.path.name,
        "megabytes": f"{manifest.path.stat().st_size / 1e6:.2f}",
        "parameters": f"{round(parameters(manifest.path), -3):,}",
        "input": manifest.input.name,
        "runtime": runtime(),
        "data": "\n".join(f"- {each}" for each in manifest.trained_on),
        "recipe": "\n".join(manifest.recipe),
        "licence": manifest.licence,
    }
