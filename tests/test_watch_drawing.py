"""What `semblance watch` paints, at the sizes that terminals have."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from inference import EMOTIONS
from semblance.watch.connection import Lost, Received
from semblance.watch.drawing import drawing
from semblance.watch.figures import Figures, Frames
from semblance.watch.looks import EMOTION_LOOKS, Brush
from semblance.watch.messages import read
from semblance.watch.words import Moment, Pen
from tests.watched import EPOCH, FACELESS, board, drawn, event, status, summary

if TYPE_CHECKING:
    from semblance.watch.board import Board

LONG = "Nothing listens on 10.0.0.7:554. Check the port, that the server runs, and the cable. " * 4


def crowd(count: int) -> Board:
    """So many streams, with long names; every fifth has lost its camera."""
    documents = []
    for number in range(count):
        name = f"a-camera-with-a-rather-long-name-{number:02}"
        lost = number % 5 == 4
        documents.append(status("reconnecting" if lost else "running", name, LONG if lost else None))
        documents += [summary(1, name), summary(2, name, "60s")]
    return board(*documents)


def happened(document: dict[str, object]) -> Received:
    return Received(document, read(document))


def text(shown: Board, width: int = 100, height: int = 40, at: float = 0.0) -> str:
    return "\n".join(drawn(shown, width, height, at))


@pytest.mark.parametrize("streams", [0, 1, 4, 12, 40])
@pytest.mark.parametrize(("width", "height"), [(40, 12), (80, 24), (200, 50), (20, 5), (10, 2), (500, 1)])
@pytest.mark.parametrize("live", [True, False])
def test_nothing_is_ever_wider_or_higher_than_the_terminal(
    streams: int, width: int, height: int, live: bool
) -> None:
    shown = crowd(streams)
    for number in range(streams):
        shown.take(happened(event(number, stream="a-stream-with-a-rather-long-name" * 3)), 1.0, EPOCH)
    if not live:
        shown.take(Lost("the connection broke off " * 20, 4.0), 1.0, EPOCH)
    lines = drawn(shown, width, height)
    assert len(lines) == height
    assert {cell_len(line) for line in lines} == {width}


def test_one_stream_shows_all_eight_emotions_of_every_window_with_word_sign_score_and_share() -> None:
    said = text(board(status("running"), summary(), summary(2, window="60s")), 80, 24)
    assert "lobby  ✓ running since" in said
    assert "2s  ★ surprise  1 face" in said
    assert "60s  ★ surprise  1 face" in said
    for name in EMOTIONS:
        assert said.count(f"{EMOTION_LOOKS[name].sign} {name}") >= 2
    assert said.count("75%    75%") == 2
    assert "coverage 50%" in said


@pytest.mark.parametrize(("shed", "said"), [(0.04, False), (0.37, True)])
def test_a_stream_that_loses_more_frames_than_by_chance_is_called_overloaded(shed: float, said: bool) -> None:
    shown = board(status("running"), summary())
    frames = Frames(dropped={})
    shown.rows["lobby"].figures = Figures(
        id="lobby",
        fps=10,
        analysed_fps=6.3,
        shed=shed,
        source=None,
        frames=frames,
        latency=None,
        reconnects=0,
    )
    assert ("6.3 of 10 fps, overloaded: 37% left out" in text(shown)) == said


@pytest.mark.parametrize(
    ("share", "bar"),
    [(0.0, "        "), (0.25, "██      "), (0.3, "██▍     "), (1.0, "████████"), (1.2, "████████")],
)
def test_a_bar_is_as_long_as_the_score_says_to_an_eighth_of_a_cell(share: float, bar: str) -> None:
    assert Brush().bar(share, 8) == bar
    assert len(Brush(ascii_only=True).bar(share, 8)) == 8


def test_a_bar_glides_to_its_score_and_rests_there() -> None:
    shown = board(status("running"), summary())
    gauge = shown.rows["lobby"].gauges["2s"]
    gauge.levels = dict.fromkeys(EMOTIONS, 0.0)
    assert shown.advance(0.05, 0.0)
    first = gauge.levels["surprise"]
    assert shown.advance(0.05, 0.0)
    assert 0.0 < first < gauge.levels["surprise"] < 0.75
    assert not shown.advance(5.0, 0.0)
    assert gauge.levels["surprise"] == 0.75


def test_the_newest_events_stand_below_the_bars_where_there_is_room_for_them() -> None:
    score = {"rule": "laughing", "name": "emotion.threshold.started", "phase": "started"}
    documents = [
        event(1, before=None),
        event(2, **score, before=0.412, after=0.634, duration=None),
        event(3, rule="crowd", phase="ended", before=3, after=1, reason="rule"),
        event(4, stream=None, rule=None, name="hook.disabled", before=None, after="disabled", duration=None),
    ]
    shown = board(status("running"), summary(), summary(2, window="60s"), *documents)
    lines = drawn(shown, 80, 24)
    assert [line.split(" ", 1)[1].rstrip() for line in lines[-6:-2]] == [
        "service: none → disabled (hook.disabled)",
        "lobby: ended, 3 → 1 after 12 s, rule (crowd)",
        "lobby: started, 41% → 63% (laughing)",
        "lobby: none → surprise after 12 s (dominant-emotion)",
    ]
    assert "2s  ★ surprise" in "\n".join(lines)  # the bars are there as before
    crowded = drawn(crowd(40), 80, 24)
    assert "neutral" not in "\n".join(crowded)
    full = crowd(40)
    for document in documents[::-1]:
        full.take(happened(document), 0.0, EPOCH)
    assert "lobby: none → surprise" in drawn(full, 80, 24)[-3]  # a line of its own all the same


def test_many_streams_take_a_line_each_and_the_rest_can_be_scrolled_to() -> None:
    shown = crowd(40)
    top = text(shown, 80, 24)
    assert "1 to 20 of 40 streams" in top
    assert "-39 " not in top
    bottom = drawn(shown, 120, 24, first=40)
    assert "-39 " in "\n".join(bottom)
    assert "21 to 40 of 40" in bottom[-1]


def test_a_lost_camera_that_has_no_place_on_the_screen_is_named_all_the_same() -> None:
    shown = board(*(status("running", f"a{n:02}") for n in range(40)), status("failed", "yard", "no codec"))
    assert "of the others 1 not running: yard" in text(shown, 80, 24)


def test_a_lost_camera_says_why_and_since_when_in_full_and_in_a_line() -> None:
    lost = status("reconnecting", "door", "nobody listens there")
    for shown in (board(lost), board(lost, *(status("running", f"a{n}") for n in range(12)))):
        said = text(shown, 100, 24)
        assert "reconnecting since" in said
        assert "(1 min 00 s)" in said
        assert "nobody listens there" in said


def test_a_long_reason_is_shown_whole_where_there_is_room() -> None:
    said = " ".join(line.strip() for line in drawn(board(status("failed", "door", LONG)), 60, 24))
    assert LONG.strip() in said


def test_a_window_without_a_face_tells_none_from_one_that_could_not_be_read() -> None:
    assert "no face" in text(board(status("running"), summary(**FACELESS)))
    assert "not readable" in text(board(status("running"), summary(**{**FACELESS, "tracks": 2})))


def test_windows_that_stop_coming_are_called_stale() -> None:
    shown = board(status("running"), summary())
    assert "stale" not in text(shown, at=2.0)
    assert "stale, 42 s old" in text(shown, at=42.0)


def test_nothing_is_live_once_the_connection_is_lost() -> None:
    shown = board(status("running"), summary())
    shown.take(Lost("the connection broke off", 4.0), 10.0, EPOCH + 10)
    said = text(shown, at=12.0)
    assert "NOT LIVE for 2 s" in said
    assert "was running" in said
    assert "stale" in said
    assert "the connection broke off; trying again in 2 s" in said
    assert "live, " not in said


def test_one_window_alone_is_shown_when_it_is_chosen() -> None:
    said = text(board(status("running"), summary(), summary(2, window="60s"), window="60s"))
    assert "60s  ★" in said
    assert "2s  ★" not in said.replace("60s  ★", "")


def test_a_removed_stream_leaves_the_screen() -> None:
    said = text(board(status("running"), status("ended", removed=True)), at=10.0)
    assert "It has no streams." in said


def test_a_terminal_with_ascii_alone_gets_ascii_alone() -> None:
    for shown in (board(status("running"), summary(), event()), crowd(30)):
        lines = drawn(shown, 80, 24, ascii_only=True)
        assert all(line.isascii() for line in lines), [line for line in lines if not line.isascii()]


def test_signs_tell_emotions_apart_without_colour() -> None:
    assert len({look.sign for look in EMOTION_LOOKS.values()}) == 8
    assert len({look.plain for look in EMOTION_LOOKS.values()}) == 8
    assert tuple(EMOTION_LOOKS) == EMOTIONS


def test_no_colour_is_written_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    pen = Pen(board(status("running"), summary()), Moment(0.0, EPOCH), Brush())
    console = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor", width=80)
    console.print(Text("\n").join(drawing(pen, "http://here", 80, 24)))
    assert isinstance(console.file, io.StringIO)
    assert "\x1b[38" not in console.file.getvalue()


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_bar_is_seen_on_a_black_and_on_a_white_ground(emotion: str) -> None:
    light = luminance(EMOTION_LOOKS[emotion].style)
    assert 1.05 / (light + 0.05) >= 3.0
    assert (light + 0.05) / 0.05 >= 3.0


def test_streams_stand_in_the_order_a_person_counts() -> None:
    shown = board(*(status("running", name) for name in ("camera-10", "camera-2", "door", "2nd")))
    assert [name for name, _ in shown.ordered()] == ["2nd", "camera-2", "camera-10", "door"]


def test_only_the_emotion_of_a_line_has_its_colour() -> None:
    documents = [d for n in range(12) for d in (status("running", f"a{n}"), summary(1, f"a{n}"))]
    pen = Pen(board(*documents), Moment(0.0, EPOCH), Brush())
    line = next(line for line in drawing(pen, "http://here", 100, 24) if "★ surprise" in line.plain)
    console = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor", width=100)
    plain = [one.text for one in line.render(console) if one.style is None or one.style.color is None]
    assert "1 face" in "".join(plain)
