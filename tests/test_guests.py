"""When a stream that a publisher made is forgotten."""

from semblance.guests import Guests


def nobody(_: str) -> bool:
    return False


def somebody(_: str) -> bool:
    return True


def test_it_goes_so_long_after_the_last_publisher_has_left() -> None:
    guests = Guests(300)
    with guests.at_the_door("phone", made=True):
        assert guests.due(0, somebody) == []
        guests.let_in("phone")
    assert guests.due(1, somebody) == []
    assert guests.due(100, nobody) == []  # it has just left
    assert guests.due(399, nobody) == []
    assert guests.due(400, nobody) == ["phone"]


def test_a_publisher_that_comes_back_in_time_keeps_it() -> None:
    guests = Guests(300)
    with guests.at_the_door("phone", made=True):
        pass
    for now, publishing in ((1, somebody), (100, nobody), (390, somebody), (395, nobody), (690, nobody)):
        assert guests.due(now, publishing) == []
    assert guests.due(695, nobody) == ["phone"]


def test_one_whose_publisher_was_never_let_in_goes_at_once() -> None:
    guests = Guests(300)
    with guests.at_the_door("phone", made=True):
        pass
    assert guests.due(0, nobody) == ["phone"]


def test_one_let_in_that_left_before_anybody_looked_is_kept_for_the_whole_while() -> None:
    guests = Guests(300)
    with guests.at_the_door("phone", made=True):
        guests.let_in("phone")
    assert guests.due(10, nobody) == []
    assert guests.due(310, nobody) == ["phone"]


def test_it_stays_while_a_second_publisher_is_at_the_door() -> None:
    guests = Guests(0)
    with guests.at_the_door("phone", made=True), guests.at_the_door("phone", made=False):
        assert guests.due(0, nobody) == []
    assert guests.due(0, nobody) == ["phone"]


def test_one_whose_publisher_left_before_its_first_picture_goes_at_once() -> None:
    guests = Guests(300)
    with guests.at_the_door("phone", made=True):
        pass
    assert guests.due(1, somebody) == []
    guests.saw_nothing("phone")
    assert guests.due(2, nobody) == ["phone"]


def test_zero_seconds_is_at_once() -> None:
    guests = Guests(0)
    with guests.at_the_door("phone", made=True):
        pass
    assert guests.due(1, somebody) == []
    assert guests.due(2, nobody) == ["phone"]


def test_when_there_are_too_many_the_one_that_has_waited_longest_makes_room() -> None:
    guests = Guests(300, most=3)
    publishing = {"phone-0", "phone-1", "phone-2"}
    for phone in sorted(publishing):
        with guests.at_the_door(phone, made=True):
            guests.let_in(phone)
    for now, phone in ((10, "phone-1"), (20, "phone-0")):
        publishing.remove(phone)
        assert guests.due(now, publishing.__contains__) == []
    with guests.at_the_door("phone-3", made=True):
        assert guests.due(30, publishing.__contains__) == ["phone-1"]


def test_a_stream_that_was_configured_is_never_forgotten() -> None:
    guests = Guests(0)
    with guests.at_the_door("lobby", made=False):
        pass
    guests.saw_nothing("lobby")
    assert guests.due(1e9, nobody) == []


def test_a_stream_that_was_removed_is_not_forgotten_a_second_time() -> None:
    guests = Guests(0)
    with guests.at_the_door("phone", made=True):
        pass
    guests.gone("phone")
    assert guests.due(1, nobody) == []
