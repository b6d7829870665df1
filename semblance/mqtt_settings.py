"""The settings of the MQTT broker that gets scores and events."""

from __future__ import annotations

from semblance.part import Part


class Mqtt(Part):
    """A broker, and what is published to it."""
