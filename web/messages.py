"""The live messages as JSON, with the names and units of the public interface."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from web.scores import scores_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregation.event import Event, Evidence, Marker, Value
    from aggregation.summary import Summary
    from inference.preview import Preview
    from inference.reading import Face, Reading
    from stream.source import ErrorCode
    from web.service import StatusChange

_DIGITS = 4

_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def summary_json(summary: Summary, *, file: str | None = None) -> dict[str, object]:
    """A summary; with `file` that name stands in place of the stream, and media seconds in place of UTC."""
    if file is None:
        names: dict[str, object] = {"type": "summary", "stream": summary.stream}
        start: object = utc(summary.start)
        end: object = utc(summary.end)
    else:
        names = {"type": "summary", "file": file}
        start, end = round(summary.start, _DIGITS), round(summary.end, _DIGITS)
    return {
        **names,
        "window": summary.window,
        "sequence": summary.sequence,
        "start": start,
        "end": end,
        "smoothingDelay": summary.smoothing_delay,
        "frames": summary.frames,
        "faces": summary.faces,
        "tracks": summary.tracks,
        "coverage": round(summary.coverage, _DIGITS),
        "windowMeanScores": scores_json(summary.mean_scores),
        "windowFaceDistribution": scores_json(summary.face_distribution),
        "dominant": summary.dominant,
    }


def reading_json(reading: Reading, *, file: str | None = None) -> dict[str, object]:
    """A reading; with `file` that name stands in place of the stream, and no wall-clock time is given."""
    names: dict[str, object]
    if file is None:
        names = {"type": "reading", "stream": reading.stream, "sequence": reading.sequence}
        names["capturedAt"] = utc(reading.captured_utc)
    else:
        names = {"type": "reading", "file": file, "sequence": reading.sequence}
    return {
        **names,
        "pts": None if reading.pts is None else round(reading.pts, _DIGITS),
        "width": reading.width,
        "height": reading.height,
        "faces": [face_json(face) for face in reading.faces],
    }


def face_json(face: Face) -> dict[str, object]:
    """One face: its rectangle in whole pixels of the frame, which it may reach over."""
    box = face.box
    return {
        "id": face.id,
        "faceRectangle": {
            "left": round(box.left),
            "top": round(box.top),
            "width": round(box.width),
            "height": round(box.height),
        },
        "confidence": round(face.confidence, _DIGITS),
        "quality": round(face.quality, _DIGITS),
        "scores": scores_json(face.scores),
    }


def event_json(event: Event) -> dict[str, object]:
    """An event; what a hook gets is the same but for `type`."""
    return {
        "type": "event",
        "id": event.id,
        "stream": event.stream,
        "rule": event.rule,
        "name": event.name,
        "phase": event.phase,
        "at": utc(event.at),
        "sequence": event.sequence,
        "before": _rounded(event.before),
        "after": _rounded(event.after),
        "window": event.window,
        "track": event.track,
        "started": event.started,
        "duration": _rounded(event.duration),
        "reason": event.reason,
        "thresholds": dict(event.thresholds),
        "evidence": [_evidence_json(each) for each in event.evidence],
        "details": dict(event.details),
    }


def _evidence_json(evidence: Evidence) -> dict[str, object]:
    return {
        "end": utc(evidence.end),
        "sequence": evidence.sequence,
        "value": _rounded(evidence.value),
        "lead": _rounded(evidence.lead),
        "faces": evidence.faces,
        "coverage": round(evidence.coverage, _DIGITS),
    }


def marker_json(marker: Marker) -> dict[str, object]:
    """A marker; one of all streams has no `stream`."""
    return {
        "type": "marker",
        "id": marker.id,
        "stream": marker.stream,
        "at": utc(marker.at),
        "label": marker.label,
    }


def status_json(change: StatusChange) -> dict[str, object]:
    condition = change.condition
    return {
        "type": "status",
        "stream": change.stream,
        "state": condition.state,
        "error": error_json(condition.error),
        "since": utc(condition.since_utc),
    }


def removed_json(stream: str, at_utc: float) -> dict[str, object]:
    """The status of a stream that is no longer there."""
    return {
        "type": "status",
        "stream": stream,
        "state": "ended",
        "error": None,
        "since": utc(at_utc),
        "removed": True,
    }


def preview_bytes(preview: Preview) -> bytes:
    """A preview as a binary message: a header's length (two bytes, big-endian), the header, the JPEG."""
    header = encode(preview_json(preview)).encode()
    return len(header).to_bytes(2, "big") + header + preview.jpeg


def preview_json(preview: Preview) -> dict[str, object]:
    """The header; `width` and `height` are those of the reading with this sequence, not of the JPEG."""
    return {
        "type": "preview",
        "stream": preview.stream,
        "sequence": preview.sequence,
        "capturedAt": utc(preview.captured_utc),
        "width": preview.width,
        "height": preview.height,
        "mode": preview.mode,
    }


def error_json(error: tuple[ErrorCode, str] | None) -> dict[str, str] | None:
    return None if error is None else {"code": error[0], "message": error[1]}


def session_json(session: str, limits: Mapping[str, object]) -> dict[str, object]:
    return {"type": "session", "version": 1, "session": session, "limits": limits}


def gap_json(stream: str, window: str | None, first: int, last: int) -> dict[str, object]:
    """The summaries of this window numbered from `first` to `last` will not be sent; without one, events."""
    return {"type": "gap", "stream": stream, "window": window, "from": first, "to": last}


def refusal_json(code: str, message: str) -> dict[str, object]:
    return {"type": "error", "code": code, "message": message}


def _rounded(value: Value) -> Value:
    return round(value, _DIGITS) if isinstance(value, float) else value


def encode(document: Mapping[str, object] | Sequence[object]) -> str:
    """Compact JSON, refusing what JSON has no word for (NaN, infinity)."""
    return _ENCODER.encode(document)


def utc(seconds: float) -> str:
    """Seconds since the epoch as RFC 3339 with milliseconds, to the nearest."""
    moment = datetime.fromtimestamp(round(seconds, 3), UTC)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
