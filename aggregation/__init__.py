"""Readings in, window summaries out. Pure: times are arguments, nothing here reads a clock or does I/O."""

from aggregation.aggregator import Aggregator, Figures
from aggregation.event import Event, Evidence, Marker
from aggregation.summary import Summary, Window

__all__ = ["Aggregator", "Event", "Evidence", "Figures", "Marker", "Summary", "Window"]
