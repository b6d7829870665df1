"""Mistakes in a rule are named as they were written."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from web.checked_rule import CHECKED_RULE, CheckedRule

THRESHOLD = {"id": "laughing", "type": "threshold", "emotion": "happiness", "enter": 0.6, "exit": 0.4}


class Written(BaseModel):
    rules: tuple[CheckedRule, ...]


def mistakes(document: object) -> dict[tuple[int | str, ...], str]:
    with pytest.raises(ValidationError) as caught:
        Written.model_validate({"rules": [document]})
    return {each["loc"]: each["msg"] for each in caught.value.errors()}


def test_a_rule_without_mistakes_is_read() -> None:
    assert CHECKED_RULE.validate_python(THRESHOLD).id == "laughing"


def test_every_mistake_has_the_place_where_it_was_written() -> None:
    found = mistakes({**THRESHOLD, "emotion": "joy", "enter": 0.3, "extra": 1})
    assert set(found) == {("rules", 0, "emotion"), ("rules", 0, "exit"), ("rules", 0, "extra")}
    assert found["rules", 0, "emotion"].startswith("'joy' is none of the eight emotions")


@pytest.mark.parametrize("document", [{"id": "a"}, {"id": "a", "type": "{nonsense}"}])
def test_a_rule_of_no_type_is_told_which_there_are(document: object) -> None:
    assert mistakes(document) == {
        ("rules", 0, "type"): "must be one of dominant, threshold, presence, stream",
    }


def test_a_field_of_several_forms_is_named_without_them() -> None:
    assert set(mistakes({**THRESHOLD, "streams": [1]})) == {
        ("rules", 0, "streams"),
        ("rules", 0, "streams", 0),
    }


def test_what_is_no_object_is_refused() -> None:
    assert set(mistakes(5)) == {("rules", 0)}
