"""How the history is, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from web.history.condition import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric

    from web.history.store import Store


class HistoryCollector(Collector):
    """What is written, waits to be written, and was lost."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        condition = self._store.condition
        states = GaugeMetricFamily("semblance_history_state", "1 for the state it is in", labels=("state",))
        for state in get_args(State):
            states.add_metric((state,), float(state == condition.state))
        yield states
        for name, help_text, value in (
            ("waiting", "Summaries that wait to be written", condition.waiting),
            ("blocks_damaged", "Blocks that could not be read", condition.damaged),
            ("commit_seconds", "What the last write took", condition.commit_seconds),
        ):
            yield GaugeMetricFamily(f"semblance_history_{name}", help_text, value)
        for name, help_text, value in (
            ("summaries_written", "Summaries that are on disk", condition.written),
            ("summaries_dropped", "Summaries given up while the database failed", condition.dropped),
            ("failures", "Times the database failed", condition.failures),
        ):
            yield CounterMetricFamily(f"semblance_history_{name}", help_text, value)
