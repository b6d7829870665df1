"""The fast way to write summaries says letter by letter what the other does."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from aggregation.steps import STEPS
from inference.reading import EMOTIONS
from tests.recorded import varied
from tests.web_service import WINDOWS
from web.history.formats.summary_text import summary_texts
from web.history.schema import metadata
from web.history.summaries import SUMMARY, read_summaries, to_summaries
from web.history.tail import Appender
from web.messages import encode, summary_json

EVER = (-(2**62), 2**62)


def test_recorded_summaries_are_written_as_they_were_sent() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        Appender(WINDOWS).append(connection, varied(200))
        rows = read_summaries(connection, "lobby", "2s", *EVER)
    engine.dispose()
    assert list(summary_texts(rows, "lobby", "2s")) == [encode(summary_json(each)) for each in varied(200)]


steps = st.integers(0, STEPS)


@given(
    end=st.integers(-(10**15), 8 * 10**15),  # from 2**33 seconds on, floats do not tell microseconds apart
    delay=st.sampled_from([0.0, 0.25, 1.0, 1e-6, 0.123456]),
    coverage=steps,
    cuts=st.lists(steps, min_size=7, max_size=7),
    dominant=st.integers(-1, len(EMOTIONS) - 1),
)
def test_any_summary_is_written_alike(
    end: int, delay: float, coverage: int, cuts: list[int], dominant: int
) -> None:
    row = np.zeros(1, SUMMARY)
    scores = np.diff(sorted(cuts), prepend=0, append=STEPS) / STEPS
    row["end"], row["start"], row["smoothing_delay"] = end, end - 62_500, delay
    row["coverage"], row["dominant"], row["seen"] = coverage / STEPS, dominant, True
    row["mean"], row["distribution"] = scores, scores[::-1]
    [summary] = to_summaries(row, 'a"b', "2s")
    [text] = summary_texts(row, 'a"b', "2s")
    assert text == encode(summary_json(summary))
    assert json.loads(text)["sequence"] == 0


def test_nothing_is_no_text() -> None:
    assert list(summary_texts(np.zeros(0, SUMMARY), "lobby", "2s")) == []
