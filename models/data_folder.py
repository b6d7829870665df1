"""The folder of photographs, clips and labels: `python -m models.data_folder FILE...` says what it lacks."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SETTING = "SEMBLANCE_DATA"
SOURCES = {
    "ferplus": "FER2013's faces with the votes of FER+ (github.com/microsoft/FERPlus) as one ferplus.npz",
    "faces": "photographs and their faces as .zip and .jsonl",
    "clips": "videos of acted emotions, acted_<emotion>.mp4",
    "reference_models": "YuNet of github.com/ShiqiYu/libfacedetection.train, as ONNX",
}


def usual() -> Path:
    """The folder `SEMBLANCE_DATA` names, else the one beside the project."""
    return Path(os.environ.get(SETTING, "../shared/data"))


def add_option(parser: ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=usual(), help=f"also by {SETTING}")


def require(folder: Path, files: Iterable[str]) -> None:
    """Ends the program, with a sentence and status 1, unless the folder has these files."""
    sentence = lacking(folder, files)
    if sentence is not None:
        sys.exit(sentence)


def lacking(folder: Path, files: Iterable[str]) -> str | None:
    """What to fetch and where to put it, or `None` where nothing is missing."""
    missing = [name for name in files if not (folder / name).exists()]
    if not missing:
        return None
    kinds = dict.fromkeys(name.split("/")[0] for name in missing)
    fetched = "; ".join(f"{kind}/: {SOURCES[kind]}" for kind in kinds if kind in SOURCES)
    return (
        f"The folder {folder.resolve()} lacks {', '.join(missing)}: put there what the models learn from "
        f"({fetched}), or name another folder by {SETTING}."
    )


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", help="paths within the folder")
    add_option(parser)
    options = parser.parse_args()
    require(options.data, options.files)


if __name__ == "__main__":
    main()
