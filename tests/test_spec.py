"""What an operator says of a stream."""

import pytest
from pydantic import ValidationError

from stream.spec import StreamSpec


@pytest.mark.parametrize("good", ["lobby", "a", "Hall-2.east_door", "x" * 64])
def test_ids_are_plain_names(good: str) -> None:
    assert StreamSpec(id=good, url="pattern:").id == good


@pytest.mark.parametrize("wrong", ["", "a b", "lobby\n", "-x", "x" * 65, "../etc", "café"])
def test_other_ids_are_refused_with_what_one_looks_like(wrong: str) -> None:
    with pytest.raises(ValidationError, match="1 to 64 letters, digits"):
        StreamSpec(id=wrong, url="pattern:")


def test_an_address_that_cannot_be_opened_is_refused_without_its_password() -> None:
    with pytest.raises(ValidationError, match="rtsp") as caught:
        StreamSpec(id="a", url="gopher://admin:hunter2@camera/")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("detail", ["low", "normal", "high"])
def test_a_stream_says_how_closely_it_is_looked_at(detail: str) -> None:
    assert StreamSpec.model_validate({"id": "a", "url": "pattern:", "detail": detail}).detail == detail


def test_streams_are_looked_at_as_usual_unless_they_say_otherwise() -> None:
    assert StreamSpec(id="a", url="pattern:").detail == "normal"


def test_another_detail_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValidationError, match="'low', 'normal' or 'high'"):
        StreamSpec.model_validate({"id": "a", "url": "pattern:", "detail": "max"})
