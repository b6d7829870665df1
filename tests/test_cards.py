"""Cards: what programs read of them, what is written, and what ships."""

import json
import re
import shlex
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

import models
from models import ModelError, all_shipped, data_folder
from models.card import Card, ClassFigures, card_of, write
from models.cost import multiply_adds, parameters
from models.markdown import filled, share, table
from models.recipe import command, run


def test_a_card_that_was_written_is_read_as_it_was(tmp_path: Path) -> None:
    card = Card("one face", {"accuracy": 0.5}, {"fear": ClassFigures(0.25, 0.5, 4)})
    write(card, "ab" * 32, tmp_path / "card.json")
    content = json.loads((tmp_path / "card.json").read_text(encoding="utf-8"))
    assert content["sha256"] == "ab" * 32
    assert card_of(content, "small") == card


def test_a_model_without_a_card_has_none() -> None:
    assert card_of(None, "small") is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({}, "The card of small lacks the key 'conditions'; mend or delete card.json beside its manifest"),
        ({"conditions": "x", "figures": {"accuracy": "high"}}, "accuracy must be a number, not 'high'"),
        ({"conditions": "x", "perClass": {"fear": {"recall": 1}}}, "lacks the key 'precision'"),
        ({"conditions": "x", "perClass": [1]}, "perClass must be a JSON object"),
    ],
)
def test_a_card_that_is_wrong_is_told_in_a_sentence(content: dict[str, object], said: str) -> None:
    with pytest.raises(ModelError, match=re.escape(said)):
        card_of(content, "small")


def test_every_shipped_card_is_of_the_weights_that_ship() -> None:
    for manifest in all_shipped():
        card = card_of(manifest.card, manifest.name)
        assert card is not None
        assert manifest.card is not None
        assert manifest.card["sha256"] == manifest.sha256, f"run python -m models.{manifest.task}.card"


def test_every_shipped_page_shows_the_pictures_beside_it() -> None:
    for manifest in all_shipped():
        page = manifest.path.with_name("README.md").read_text(encoding="utf-8")
        pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", page)
        assert pictures
        for picture in pictures:
            assert 1_000 < manifest.path.with_name(picture).stat().st_size < 60_000


def test_every_shipped_recipe_can_be_run_and_ends_with_the_card() -> None:
    for manifest in all_shipped():
        commands = [command(line) for line in manifest.recipe]
        assert commands[-1][1:] == ["-m", f"models.{manifest.task}.card"]


def test_every_option_of_a_recipe_is_one_its_command_takes() -> None:
    for manifest in all_shipped():
        for line in manifest.recipe:
            _, _, module, *words = shlex.split(line)
            file = Path(models.__file__).parents[1] / f"{module.replace('.', '/')}.py"
            source = file.read_text(encoding="utf-8")
            for option in (word for word in words if word.startswith("--")):
                assert f'"{option}"' in source, f"{line}: {module} has no {option}"


def test_a_recipe_runs_nothing_but_this_python() -> None:
    with pytest.raises(ModelError, match="does not begin with python -m"):
        command("rm -r models")


def test_a_recipe_stops_where_a_command_fails(tmp_path: Path) -> None:
    done = tmp_path / "done"
    failing, next_one = command("python -m no.such.module"), command("python -m json.tool")
    with pytest.raises(SystemExit, match="stopped at its line 1"):
        run([failing, [*next_one, str(done)]])
    assert not done.exists()


def test_places_and_values_of_a_page_must_fit() -> None:
    assert filled("{{a}} and {{a}}", {"a": "1"}) == "1 and 1"
    with pytest.raises(KeyError, match="b"):
        filled("{{a}} {{b}}", {"a": "1"})
    with pytest.raises(KeyError, match="c"):
        filled("{{a}}", {"a": "1", "c": "2"})


def test_a_table_is_markdown() -> None:
    assert table(["", "x"], [["a", share(0.5)]]) == "|  | x |\n| --- | ---: |\n| a | .500 |"
    assert share(1.0) == "1.000"


def test_missing_data_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    said = data_folder.lacking(tmp_path, ["clips", "ferplus/ferplus.npz"])
    assert said is not None
    assert str(tmp_path) in said
    assert "lacks ferplus/ferplus.npz" in said
    assert "FERPlus" in said
    assert "SEMBLANCE_DATA" in said
    assert data_folder.lacking(tmp_path, ["clips"]) is None


def test_products_are_counted_for_the_size_asked_for(tmp_path: Path) -> None:
    weight = helper.make_tensor("w", TensorProto.FLOAT, (2, 1, 3, 3), [0.0] * 18)
    node = helper.make_node("Conv", ["x", "w"], ["y"], pads=[1, 1, 1, 1])
    entering = helper.make_tensor_value_info("x", TensorProto.FLOAT, ("n", 1, "h", "w"))
    leaving = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph([node], "one", [entering], [leaving], [weight])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), tmp_path / "one.onnx")
    assert parameters(tmp_path / "one.onnx") == 18
    assert multiply_adds(tmp_path / "one.onnx", (1, 1, 4, 6)) == 4 * 6 * 2 * 9
