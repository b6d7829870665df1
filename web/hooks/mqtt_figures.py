"""What became of the MQTT publisher's connection and messages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class MqttFigures:
    """Counts since the start. Window scores are dropped where a newer one or their age overtook them."""

    connected: bool = False
    connections: int = 0
    scores: int = 0
    dropped: int = 0
    events: int = 0
