"""The faces that a caller knows already."""

from __future__ import annotations

import pytest

from web.emotion.envelopes import EmotionError
from web.emotion.rectangles import Rectangle, check_inside, read_rectangles


@pytest.mark.parametrize("text", ["", " ", ";", " ; ;"])
def test_nothing_means_none(text: str) -> None:
    assert read_rectangles(text) == ()


def test_they_come_largest_first_and_those_of_one_size_in_their_order() -> None:
    found = read_rectangles("0,0,10,10; 5 , 5 , 40 ,40 ;7,7,100,1;-3,+4,10,10;")
    assert [str(each) for each in found] == ["5,5,40,40", "0,0,10,10", "7,7,100,1", "-3,4,10,10"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,2,3", "Face rectangle 1, '1,2,3', is not left,top,width,height"),
        ("1,2,3,4;x", "Face rectangle 2, 'x'"),
        ("1,2,3,4;1,2,3,4,5", "Face rectangle 2"),
        ("1.5,2,3,4", "whole pixels"),
        ("1,2,3,٤", "whole pixels"),
        ("1,2,3,99999999999999999999", "whole pixels"),
        ("-5,-5,999999999,40", "Face rectangle 1, -5,-5,999999999,40, goes beyond 100000 pixels."),
        ("0,-100001,40,40", "goes beyond"),
        ("0,0,0,10", "Face rectangle 1, 0,0,0,10, has no area."),
        ("0,0,10,-10", "has no area"),
        (";".join(["0,0,10,10"] * 65), "There are 65 faceRectangles; 64 at most."),
    ],
)
def test_what_is_none_is_named(text: str, says: str) -> None:
    with pytest.raises(EmotionError) as refused:
        read_rectangles(text)
    assert (refused.value.status_code, refused.value.code) == (400, "BadArgument")
    assert says in refused.value.message


def test_what_is_repeated_of_them_is_short() -> None:
    with pytest.raises(EmotionError) as refused:
        read_rectangles("x" * 60_000)
    assert len(refused.value.message) < 200


@pytest.mark.parametrize("inside", ["0,0,1,1", "-9,-9,10,10", "99,49,10,10", "-5,-5,200,200"])
def test_a_rectangle_may_reach_over_the_edge(inside: str) -> None:
    check_inside(read_rectangles(inside), 100, 50)


@pytest.mark.parametrize("outside", ["100,0,10,10", "0,50,10,10", "-10,0,10,10", "0,-10,10,10"])
def test_one_of_which_nothing_is_in_the_picture_is_named(outside: str) -> None:
    with pytest.raises(EmotionError, match=f"The face rectangle {outside} is outside the picture") as refused:
        check_inside((Rectangle(0, 0, 5, 5), *read_rectangles(outside)), 100, 50)
    assert "100 x 50" in refused.value.message
