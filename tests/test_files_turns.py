"""Lines of several files, written at once and read one file after the other."""

import io
import random
from collections.abc import Iterator

import pytest

from semblance.files.spool import Spool
from semblance.files.turns import Turns


@pytest.fixture
def spool() -> Iterator[Spool]:
    spool = Spool()
    yield spool
    spool.close()


def test_whose_turn_it_is_writes_through_and_the_others_wait(spool: Spool) -> None:
    out = io.StringIO()
    turns = Turns(out, spool, whole=False)
    first, second = turns.next(), turns.next()
    first.write("a\n")
    second.write("b\n")
    assert out.getvalue() == "a\n"
    first.done()
    assert out.getvalue() == "a\nb\n", "what waited comes when its turn does, though its file goes on"
    second.write("b\n")
    assert out.getvalue() == "a\nb\nb\n"


def test_a_file_appears_only_once_it_is_whole_where_that_is_wanted(spool: Spool) -> None:
    out = io.StringIO()
    turns = Turns(out, spool, whole=True)
    first, second, third = turns.next(), turns.next(), turns.next()
    for number, turn in enumerate((first, second, third)):
        turn.write(f"{number}\n")
    second.done()
    assert out.getvalue() == ""
    first.done()
    assert out.getvalue() == "0\n1\n"
    third.discard()
    assert out.getvalue() == "0\n1\n"


def test_a_discarded_file_does_not_hold_up_those_after_it(spool: Spool) -> None:
    out = io.StringIO()
    turns = Turns(out, spool, whole=False)
    first, second = turns.next(), turns.next()
    second.write("b\n")
    second.done()
    first.discard()
    assert out.getvalue() == "b\n"


@pytest.mark.parametrize("whole", [True, False])
def test_however_they_come_lines_are_neither_lost_nor_mixed(spool: Spool, whole: bool) -> None:
    chance, out = random.Random(6), io.StringIO()
    turns = Turns(out, spool, whole=whole)
    waiting = {number: turns.next() for number in range(20)}
    written: dict[int, str] = dict.fromkeys(waiting, "")
    while waiting:
        number = chance.choice(list(waiting))
        if chance.random() < 0.01:
            waiting.pop(number).done()
            continue
        line = f"{number} äß {'x' * chance.randrange(3000)}\n"
        waiting[number].write(line)
        written[number] += line
    assert out.getvalue() == "".join(written.values())
