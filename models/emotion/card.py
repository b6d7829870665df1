"""Measures the shipped classifier and writes its card: `python -m models.emotion.card`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2

from models import card_page, data_folder
from models.card import Card, ClassFigures, write
from models.cost import multiply_adds
from models.emotion import shown, trial
from models.emotion.classifier_file import SIDE, opened
from models.emotion.ferplus import LABELS
from models.emotion.weaknesses import weaknesses
from models.face.finder import Finder
from models.manifest import EMOTIONS
from models.markdown import share, table
from models.registry import shipped

if TYPE_CHECKING:
    from models.emotion.trial import Results
    from models.manifest import Manifest

FOLDER = Path(__file__).parent


def main() -> None:
    options = card_page.options(__doc__, FOLDER)
    data_folder.require(options.data, shown.NEEDED)
    # Drawing needs matplotlib, which only trainings install.
    from models.emotion import charts

    cv2.setNumThreads(1)
    classifier = opened(None)
    faces = trial.load(options.data, Finder(shipped("face").path), classifier.rule, max(1, options.scenes))
    results = trial.measured(classifier, faces)
    charts.confusion_matrix(results.validation.table, options.output / "confusion.svg")
    fit = results.calibration
    charts.reliability_diagram(fit.bins_untempered, fit.bins, options.output / "reliability.svg")
    write(card(classifier.manifest, results), classifier.manifest.sha256, options.output / "card.json")
    filled_in = places(classifier.manifest, results)
    card_page.write_page(classifier.manifest, FOLDER / "card.md", filled_in, options.output)


def card(manifest: Manifest, results: Results) -> Card:
    """What programs are told."""
    own, validation, fit = results.own_priors, results.validation, results.calibration
    return Card(
        conditions=(
            f"FER+ validation, {validation.table.sum()} faces by its authors' rule, at tau {_tau(manifest)} "
            f"and temperature {manifest.temperature:g}; acted clips of one actor, by the mean score over "
            f"each; processor time of one thread at batch 16, {card_page.runtime()}."
        ),
        figures={
            "FER+ validation accuracy at its own priors": own.accuracy,
            "FER+ validation mean recall at its own priors": own.mean_recall,
            "FER+ validation accuracy": validation.accuracy,
            "FER+ validation mean recall": validation.mean_recall,
            "expected calibration error": fit.error,
            "negative log likelihood": fit.unlikelihood,
            "acted clips read right": results.clips_right,
            "acted frames read right": results.acted.accuracy,
            **{f"accuracy at {how}": read.accuracy for how, read in results.far_away.items()},
            **_readability(results),
            "milliseconds a face": results.milliseconds,
        },
        per_class={
            emotion: ClassFigures(each.precision, each.recall, each.count)
            for emotion in EMOTIONS
            for each in (validation.classes[emotion],)
        },
    )


def places(manifest: Manifest, results: Results) -> dict[str, str]:
    """What is filled into the words of `card.md`, beside what `card_page` knows of any model."""
    fit, drawn = results.calibration, results.drawn
    return {
        "products": f"{multiply_adds(manifest.path, (1, 1, SIDE, SIDE)) / 1e6:.0f}",
        "outputs": _outputs(manifest),
        "tau": _tau(manifest),
        "temperature": f"{manifest.temperature:g}",
        "faces": f"{results.validation.table.sum():,}",
        "validation": _validation(results),
        "error": share(fit.error),
        "error_untempered": share(fit.error_untempered),
        "error_crossed": share(fit.error_crossed),
        "unlikelihood": f"{fit.unlikelihood:.3f}",
        "unlikelihood_untempered": f"{fit.unlikelihood_untempered:.3f}",
        "far_away": _far_away(results),
        "clips_right": str(sum(clip.right for clip in results.clips)),
        "clips_count": str(len(results.clips)),
        "frames": str(sum(clip.frames for clip in results.clips)),
        "frames_right": share(results.acted.accuracy),
        "clips": _clips(results),
        "drawn_faces": "0" if drawn is None else str(drawn.table.sum()),
        "drawn_accuracy": "none" if drawn is None else share(drawn.accuracy),
        "milliseconds": f"{results.milliseconds:.2f}",
        "weak": "\n".join(weaknesses(results)),
    }


def _validation(results: Results) -> str:
    own, ships = results.own_priors, results.validation
    rows = [
        ["accuracy", share(own.accuracy), share(ships.accuracy), ""],
        ["mean of the eight recalls", share(own.mean_recall), share(ships.mean_recall), ""],
    ]
    for label in LABELS:
        before, after = own.classes[label], ships.classes[label]
        row = [f"{label} ({after.count})", share(before.recall), share(after.recall), share(after.precision)]
        rows.append(row)
    return table(["faces of each (how many)", "recall, own priors", "recall, as it ships", "precision"], rows)


def _far_away(results: Results) -> str:
    reads = {"as they are, 48 pixels": results.validation, **results.far_away}
    rows = [[how, share(read.accuracy), share(read.mean_recall)] for how, read in reads.items()]
    head = ["as it ships", "accuracy", "mean recall"]
    if results.readability is None:
        return table(head, rows)
    rows.append([f"voted unknown or no face ({results.unreadable})", "", ""])
    readable = map(share, results.readability)
    return table(
        [*head, "mean readability"], [[*row, value] for row, value in zip(rows, readable, strict=True)]
    )


def _clips(results: Results) -> str:
    rows = []
    for clip in results.clips:
        both = [f"{name} {share(score)}" for name, score in (clip.first, clip.second)]
        rows.append([clip.emotion, "yes" if clip.right else "**no**", *both])
    return table(["acted", "read", "highest mean score", "next"], rows)


def _outputs(manifest: Manifest) -> str:
    logits = f"output `{manifest.outputs[0]}` (n, {len(manifest.labels)}) in the manifest's order"
    if len(manifest.outputs) == 1:
        return logits
    return f"{logits}, and `{manifest.outputs[1]}` (n, 1), the logit of how readable the face is"


def _readability(results: Results) -> dict[str, float]:
    if results.readability is None:
        return {}
    return {
        "mean readability": results.readability[0],
        "mean readability of what was voted unknown or no face": results.readability[-1],
    }


def _tau(manifest: Manifest) -> str:
    return "0" if manifest.prior is None else f"{manifest.prior.tau:g}"


if __name__ == "__main__":
    main()
