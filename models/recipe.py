"""Runs a shipped model's recipe, the commands its manifest lists: `python -m models.recipe emotion`."""

from __future__ import annotations

import argparse
import logging
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

from models import data_folder
from models.emotion.shown import NEEDED as EMOTION_NEEDED
from models.face.trial_pictures import NEEDED as FACE_NEEDED
from models.manifest import TASKS, ModelError
from models.registry import shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger("models.recipe")

# The classifier learns from the photographs too.
NEEDED = {"emotion": (*EMOTION_NEEDED, *FACE_NEEDED), "face": FACE_NEEDED}


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog=f"The photographs and labels are looked for in the folder that {data_folder.SETTING} names. "
        "A training that was stopped goes on where it was.",
    )
    parser.add_argument("task", choices=TASKS)
    options = parser.parse_args()
    data_folder.require(data_folder.usual(), NEEDED[options.task])
    try:
        commands = [command(line) for line in shipped(options.task).recipe]
    except ModelError as error:
        sys.exit(str(error))
    run(commands)


def command(line: str) -> list[str]:
    """A line of a recipe, for this very interpreter. Raises `ModelError` where it runs something else."""
    words = shlex.split(line)
    if words[:2] != ["python", "-m"]:
        raise ModelError(f"The recipe's line {line!r} does not begin with python -m; mend the manifest.")
    return [sys.executable, *words[1:]]


def run(commands: Sequence[Sequence[str]]) -> None:
    """One after another; ends the program with a sentence at the first that fails."""
    for number, words in enumerate(commands, start=1):
        log.info("%d of %d: %s", number, len(commands), shlex.join(["python", *words[1:]]))
        status = subprocess.run(words, check=False).returncode
        if status:
            sys.exit(
                f"The recipe stopped at its line {number}, {shlex.join(words[1:])}, which failed ({status})."
            )


if __name__ == "__main__":
    main()
