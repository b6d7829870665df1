"""Measures the shipped detector and writes its card: `python -m models.face.card`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from models import card_page, data_folder
from models.card import Card, write
from models.cost import multiply_adds
from models.face import evaluate, timing, trial, trial_pictures
from models.face.finder import Finder
from models.face.yunet import CONFIDENCE, YuNet
from models.markdown import share, table
from models.registry import shipped

if TYPE_CHECKING:
    from models.face.evaluate import Times
    from models.face.trial import Results
    from models.face.trial_pictures import Trial
    from models.manifest import Manifest

FOLDER = Path(__file__).parent
TIMED = (192, 320)
LANDMARK_GOAL, FALSE_GOAL, TIME_GOAL = 0.05, 1.0, 0.6


def main() -> None:
    options = card_page.options(__doc__, FOLDER)
    data_folder.require(options.data, trial_pictures.NEEDED)
    # Drawing needs matplotlib, which only trainings install.
    from models.face import charts

    cv2.setNumThreads(1)
    manifest, yunet = shipped("face"), YuNet(options.data)
    pictures = trial_pictures.load(options.data, yunet, options.scenes)
    ours = trial.measured(Finder(manifest.path), manifest.confidence, pictures)
    theirs = trial.measured(yunet, CONFIDENCE, pictures)
    times = evaluate.times_of({"ours": manifest.path}, options.data)
    charts.precision_over_recall(ours, theirs, options.output / "precision_recall.svg")
    write(card(manifest, ours, times), manifest.sha256, options.output / "card.json")
    filled_in = places(manifest, ours, theirs, times, pictures)
    card_page.write_page(manifest, FOLDER / "card.md", filled_in, options.output)


def card(manifest: Manifest, results: Results, times: Times) -> Card:
    """What programs are told."""
    found, right = results.scenes.at(results.confidence)
    bare, loose = results.scenes_bare, results.scenes_bare_loose
    return Card(
        conditions=(
            f"{results.scenes.pictures} scenes and {results.portraits.pictures} portraits held back from "
            f"training, faces of 16 pixels and more; threshold {manifest.confidence:g}; false faces in "
            f"{results.backgrounds} pictures without any, which were learnt from; processor time of one "
            f"thread, {card_page.runtime()}."
        ),
        figures={
            "scenes, average precision": results.scenes.average_precision,
            "scenes, average precision of bare faces": bare.average_precision,
            "scenes, average precision of bare faces at overlap 0.4": loose.average_precision,
            "scenes at half their size, average precision": results.half.average_precision,
            "scenes at half their size, average precision of bare faces": results.half_bare.average_precision,
            "portraits, average precision": results.portraits.average_precision,
            "scenes, recall": found,
            "scenes, precision": right,
            "false faces in 200 pictures": results.false_faces_in_200,
            **{f"landmark error, {name}": errors.median for name, errors in results.landmarks.items()},
            **{f"milliseconds at {w}x{h}": float(np.median(t["ours"])) for (w, h), t in times.items()},
            **{
                f"time as a share of YuNet's at {w}x{h}": timing.ratio(t["ours"], t["YuNet"])
                for (w, h), t in times.items()
            },
        },
    )


def places(
    manifest: Manifest, ours: Results, theirs: Results, times: Times, pictures: Trial
) -> dict[str, str]:
    """What is filled into the words of `card.md`, beside what `card_page` knows of any model."""
    head, both = ["ours", "YuNet"], (ours, theirs)
    return {
        "products": f"{multiply_adds(manifest.path, (1, *TIMED, 3)) / 1e6:.1f}",
        "outputs": ", ".join(f"`{name}`" for name in manifest.outputs),
        "strides": ", ".join(map(str, manifest.decoder.strides)) if manifest.decoder else "",
        "confidence": f"{manifest.confidence:g}",
        "scene_pictures": str(len(pictures.scenes.pictures)),
        "portrait_pictures": str(len(pictures.portraits.pictures)),
        "precision": table(["average precision", *head], evaluate.precision_rows(both)),
        "heights": table(
            ["scenes: share found at 0.5 false faces a picture, by height in pixels", *head],
            evaluate.height_rows(both),
        ),
        "threshold": table(["", *head], evaluate.threshold_rows(both)),
        "backgrounds": f"{ours.backgrounds:,}",
        "least_side": str(trial.LEAST_SIDE),
        "landmarks": table(["error in eye distances", *head], evaluate.landmark_rows(both)),
        "rounds": str(timing.ROUNDS),
        "time": evaluate.time_table(times),
        "weak": "\n".join(weaknesses(ours, theirs, times)),
    }


def weaknesses(ours: Results, theirs: Results, times: Times) -> list[str]:
    """A line for each goal that is missed, and for bare faces where YuNet finds more."""
    lines = []
    for name, errors in ours.landmarks.items():
        if errors.median > LANDMARK_GOAL:
            known = theirs.landmarks[name].median
            beside = f" (YuNet's: {share(known)})" if known > 0 else ""
            lines.append(
                f"- Landmarks on {name}: {share(errors.median)}, the goal is {share(LANDMARK_GOAL)}{beside}."
            )
    if ours.scenes_bare.average_precision < theirs.scenes_bare.average_precision:
        few, many = ours.scenes_bare.average_precision, theirs.scenes_bare.average_precision
        lines.append(f"- Bare faces of the scenes: average precision {share(few)}, YuNet has {share(many)}.")
    if ours.false_faces_in_200 >= FALSE_GOAL:
        lines.append(
            f"- {ours.false_faces_in_200:.1f} false faces in 200 pictures without any; the goal is under 1."
        )
    for (width, height), spent in times.items():
        part = timing.ratio(spent["ours"], spent["YuNet"])
        if part > TIME_GOAL:
            lines.append(
                f"- At {width}x{height} it takes {part:.2f} of YuNet's time; the goal is {TIME_GOAL}."
            )
    return lines


if __name__ == "__main__":
    main()
