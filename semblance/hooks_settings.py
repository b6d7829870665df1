"""The settings of hooks: who is told of events."""

from __future__ import annotations

from semblance.part import Part


class Hooks(Part):
    """Webhooks, commands and Python functions that get events."""
