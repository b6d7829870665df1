"""`semblance models list`: what ships, was pulled and can be, with the figures of the cards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from models.catalogue import known as really_known
from tests.models_shell import Shell, classifier, put

if TYPE_CHECKING:
    from pathlib import Path

YUNET = really_known("yunet")


def test_the_list_tells_what_ships_and_what_can_be_pulled(typed: Shell) -> None:
    status, out, _ = typed("list")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert status == 0
    assert any(line.startswith("face semblance-face") and "ships, used" in line for line in lines)
    assert any(line.startswith("face yunet 2023mar to pull 0.23 MB MIT") for line in lines)
    assert "AffectNet, which is given out for research only" in out


def test_the_list_as_json_has_all_that_is_known(typed: Shell, folder: Path) -> None:
    put(folder / "small", classifier())
    (folder / "small" / "card.json").write_text('{"figures": {"accuracy": 0.5}}', "utf-8")
    models = {model["name"]: model for model in json.loads(typed("list", "--json")[1])}
    assert list(models) == [
        "semblance-emotion", "semblance-face", "small", "enet_b0_8", "ferplus-vgg13", "yunet",
    ]  # fmt: skip
    assert models["small"]["state"] == "pulled"
    assert models["small"]["card"] == {"figures": {"accuracy": 0.5}}
    assert models["small"]["provider"] in ("cpu", "cuda")
    assert models["yunet"] | {"note": ""} == {
        "name": "yunet",
        "task": "face",
        "version": "2023mar",
        "state": "known",
        "usedByDefault": False,
        "provider": None,
        "bytes": 232_589,
        "licence": "MIT",
        "trainedOn": [],
        "sha256": YUNET.sha256,
        "path": None,
        "card": None,
        "note": "",
    }
    assert [name for name, model in models.items() if model["usedByDefault"]] == [
        "semblance-emotion",
        "semblance-face",
    ]


def test_the_list_tells_how_well_each_emotion_is_read(typed: Shell, folder: Path) -> None:
    put(folder / "small", classifier())
    card = {
        "conditions": "On ten faces.",
        "figures": {"accuracy": 0.5},
        "perClass": {"anger": {"precision": 0.25, "recall": 0.125, "count": 8}},
    }
    (folder / "small" / "card.json").write_text(json.dumps(card), "utf-8")
    out = typed("list")[1]
    assert "small: On ten faces.\n  accuracy: 0.500\n" in out
    assert ["anger", "0.250", "0.125", "8"] in [line.split() for line in out.splitlines()]


def test_a_card_that_is_wrong_is_told_in_the_list(typed: Shell, folder: Path) -> None:
    put(folder / "small", None)
    (folder / "small" / "card.json").write_text('{"figures": {}}', "utf-8")
    status, out, _ = typed("list")
    assert status == 0
    assert "The card of small lacks the key 'conditions'; mend or delete card.json" in out
    assert any(
        line.split()[:5] == ["emotion", "small", "1", "pulled", "missing"] for line in out.splitlines()
    )


def test_a_broken_model_is_in_the_list_with_what_is_wrong(typed: Shell, folder: Path) -> None:
    (folder / "yunet").mkdir(parents=True)
    (folder / "yunet" / "manifest.json").write_text("{", "utf-8")
    status, out, _ = typed("list")
    assert status == 0
    assert "yunet: The manifest" in out
    assert "is not whole JSON" in out


@pytest.mark.parametrize("wide", [True, False], ids=["table", "json"])
def test_brackets_in_a_manifest_are_no_markup(typed: Shell, folder: Path, wide: bool) -> None:
    put(folder / "small", classifier(), name="sm[/x]all", licence="MIT [/x] see [red]all[/red]")
    card = {
        "conditions": "On [/b] ten.",
        "figures": {"[/i] accuracy": 0.5},
        "perClass": {"[/u]": {"precision": 0.25, "recall": 0.125, "count": 8}},
    }
    (folder / "small" / "card.json").write_text(json.dumps(card), "utf-8")
    status, out, _ = typed("list") if wide else typed("list", "--json")
    assert status == 0
    for said in ("sm[/x]all", "MIT [/x] see [red]all[/red]", "On [/b] ten.", "[/i] accuracy", "[/u]"):
        assert said in out


def test_a_folders_name_steers_no_terminal(typed: Shell, folder: Path) -> None:
    (folder / "a\x1b[31mb").mkdir(parents=True)
    (folder / "a\x1b[31mb" / "manifest.json").write_text("{}", "utf-8")
    _, out, _ = typed("list")
    assert "\x1b" not in out
    assert r"a\x1b[31mb" in out
    status, out, err = typed("verify")
    assert (status, "\x1b" in out + err) == (1, False)
