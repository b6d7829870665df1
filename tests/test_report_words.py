"""Numbers as the report writes them, and markup that is never unescaped."""

from __future__ import annotations

import pytest

from semblance.report.axis import time_axis
from semblance.report.markup import Html, element, joined
from semblance.report.words import clock, duration, percent, size
from tests.report_reader import Page


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_600, "1.0 MB"),
        (2_613_425, "2.6 MB"),
        (5e14, "500 TB"),
    ],
)
def test_sizes_are_in_the_largest_unit(count: float, said: str) -> None:
    assert size(int(count)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.04, "0.0 s"), (59.94, "59.9 s"), (59.99, "1 min 0 s"), (3599.6, "1 h 0 min"), (7260, "2 h 1 min")],
)
def test_durations_are_in_their_two_largest_units(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_places_in_a_recording_have_hours_only_where_there_are_any() -> None:
    assert [clock(0), clock(59.99, True), clock(61.25, True), clock(3599.6), clock(36_061)] == [
        *("0:00", "1:00.0", "1:01.2", "1:00:00", "10:01:01"),
    ]


def test_a_little_is_not_nothing() -> None:
    assert [percent(share).replace("\N{NO-BREAK SPACE}", " ") for share in (0, 0.001, 0.005, 0.994)] == [
        *("0 %", "<1 %", "<1 %", "99 %"),
    ]


def test_text_and_attributes_are_escaped_and_markup_is_not() -> None:
    made = element("p", "<b>", Html("<br/>"), element("i", 'a"b'), title='"<&>"')
    assert made == '<p title="&quot;&lt;&amp;&gt;&quot;">&lt;b&gt;<br/><i>a&quot;b</i></p>'
    assert joined(None, "&", Html("&amp;")) == "&amp;&amp;"


@pytest.mark.parametrize("seconds", [0.04, 0.7, 2.4, 60, 3600, 86_400, 1_000_000])
def test_a_time_axis_of_any_length_has_a_few_times_on_it(seconds: float) -> None:
    ticks = Page(time_axis(seconds)).all("span", "tick")
    assert 1 <= len(ticks) <= 11


def test_where_the_axis_is_narrow_no_time_hangs_over_its_end() -> None:
    ticks = Page(time_axis(3780)).all("span", "tick")
    kept = [tick["style"] for tick in ticks if "spare" not in (tick["class"] or "")]
    assert kept == ["left:0.00%", "left:31.75%", "left:63.49%"]
