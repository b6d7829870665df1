"""The body of a webhook stays small, and says what was left out of it."""

from __future__ import annotations

import json
from typing import Any

from aggregation.event import Event, Evidence
from web.hooks.body import LARGEST, webhook_body
from web.messages import encode, event_json

EVIDENCE = tuple(Evidence(float(number), number, 0.5, 1, 1.0) for number in range(20))


def body(details: dict[str, object], evidence: tuple[Evidence, ...] = EVIDENCE) -> dict[str, Any]:
    event = Event(
        "evt_1", "lobby", "laughing", "emotion.threshold.started", "started", 1.5, 7, 0.1, 0.9,
        evidence=evidence, details=details,
    )  # fmt: skip
    written = webhook_body(encode(event_json(event)))
    assert len(written.encode()) < LARGEST
    read: dict[str, Any] = json.loads(written)
    return read


def test_the_body_is_type_timestamp_and_data() -> None:
    written = body({})
    assert (written["type"], written["timestamp"]) == (
        "emotion.threshold.started",
        "1970-01-01T00:00:01.500Z",
    )
    assert written["data"]["name"] == "emotion.threshold.started"
    assert (written["data"]["after"], len(written["data"]["evidence"])) == (0.9, 20)
    assert written["data"]["details"] == {}


def test_the_oldest_evidence_is_left_out_first() -> None:
    data = body({"words": "ü" * 9000})["data"]
    left_out = data["details"]["evidenceLeftOut"]
    assert 0 < left_out < 20
    assert [each["sequence"] for each in data["evidence"]] == list(range(left_out, 20))
    assert len(data["details"]["words"]) == 9000


def test_details_that_are_too_large_go_at_last() -> None:
    data = body({"words": "ü" * 30_000})["data"]
    assert (data["evidence"], data["details"]) == ([], {"evidenceLeftOut": 20, "detailsLeftOut": True})
