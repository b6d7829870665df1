"""Measures classifiers side by side: `python -m models.emotion.evaluate [FILE...]`.

On FER+ validation by its authors' rule, as it is and as far cameras show it, on acted clips (the acting
instruction as the label of the whole clip), on drawn people of seeds nobody trained on, and in time. Prints
Markdown tables.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import cv2

from models import data_folder
from models.emotion import shown, trial
from models.emotion.classifier_file import opened
from models.emotion.ferplus import LABELS
from models.face.finder import Finder
from models.manifest import ModelError
from models.markdown import share, table
from models.registry import shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.emotion.trial import Results

Columns = list[tuple[str, "Results"]]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="*", help="ONNX files or manifests; none: the shipped one")
    data_folder.add_option(parser)
    parser.add_argument("--scenes", type=int, default=12, help="scenes of drawn people, 0 for none")
    options = parser.parse_args()
    data_folder.require(options.data, shown.NEEDED)
    cv2.setNumThreads(1)
    finder, trials = Finder(shipped("face").path), {}
    columns: Columns = []
    try:
        for classifier in [opened(path) for path in options.files or [None]]:
            if classifier.rule not in trials:
                trials[classifier.rule] = trial.load(options.data, finder, classifier.rule, options.scenes)
            columns.append((classifier.manifest.name, trial.measured(classifier, trials[classifier.rule])))
    except ModelError as error:
        sys.exit(str(error))
    sys.stdout.write("\n\n".join(tables(columns)) + "\n")


def tables(columns: Columns) -> list[str]:
    """What there is to say of these classifiers, one column each."""
    results = [each for _, each in columns]
    head = [name for name, _ in columns]
    parts = [
        table(["FER+ validation", *head], _validation(results)),
        table(["recall / precision, as shipped", *head], _classes(results)),
        table(["accuracy / mean recall, as shipped", *head], _far_away(results)),
        table(["acted clips, the two highest mean scores", *head], _clips(results)),
    ]
    cost = [["ms a face, batch 16, one thread", *(f"{each.milliseconds:.2f}" for each in results)]]
    return [*parts, table(["time", *head], cost)]


def _validation(results: Sequence[Results]) -> list[list[str]]:
    own, corrected = [each.own_priors for each in results], [each.validation for each in results]
    fit = [each.calibration for each in results]
    return [
        ["accuracy at its own priors", *(share(each.accuracy) for each in own)],
        ["mean recall at its own priors", *(share(each.mean_recall) for each in own)],
        ["accuracy as shipped", *(share(each.accuracy) for each in corrected)],
        ["mean recall as shipped", *(share(each.mean_recall) for each in corrected)],
        ["calibration error without temperature", *(share(each.error_untempered) for each in fit)],
        ["calibration error as shipped", *(share(each.error) for each in fit)],
        ["with a temperature of other faces", *(share(each.error_crossed) for each in fit)],
        ["negative log likelihood without", *(f"{each.unlikelihood_untempered:.3f}" for each in fit)],
        ["negative log likelihood as shipped", *(f"{each.unlikelihood:.3f}" for each in fit)],
    ]


def _classes(results: Sequence[Results]) -> list[list[str]]:
    rows = []
    for label in LABELS:
        each = [result.validation.classes[label] for result in results]
        cells = [f"{share(one.recall)} / {share(one.precision)}" for one in each]
        rows.append([f"{label} ({each[0].count})", *cells])
    return rows


def _far_away(results: Sequence[Results]) -> list[list[str]]:
    rows = [["as they are", *(_both(each.validation) for each in results)]]
    rows += [[how, *(_both(each.far_away[how]) for each in results)] for how in results[0].far_away]
    if all(each.drawn is not None for each in results):
        rows.append(["drawn people", *(_both(each.drawn) for each in results if each.drawn is not None)])
    return rows


def _both(read: trial.Read) -> str:
    return f"{share(read.accuracy)} / {share(read.mean_recall)}"


def _clips(results: Sequence[Results]) -> list[list[str]]:
    rows = [
        [
            "clips read right",
            *(f"{sum(c.right for c in each.clips)} of {len(each.clips)}" for each in results),
        ],
        ["frames read right", *(share(each.acted.accuracy) for each in results)],
    ]
    for several in zip(*(each.clips for each in results), strict=True):
        cells = [f"{c.first[0]} {share(c.first[1])}, {c.second[0]} {share(c.second[1])}" for c in several]
        rows.append([f"{several[0].emotion} ({several[0].frames})", *cells])
    return rows


if __name__ == "__main__":
    main()
