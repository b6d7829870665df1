"""What rules have made, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric

    from semblance.court import Court


class RuleCollector(Collector):
    """Events by stream (or group) and rule, what goes on, and what came too late for a group."""

    def __init__(self, court: Court) -> None:
        self._court = court

    def collect(self) -> Iterator[Metric]:
        ruling = self._court.ruling
        events = CounterMetricFamily(
            "semblance_events", "Events that rules made", labels=("stream", "rule", "name")
        )
        for counted, count in ruling.firings.counts():
            events.add_metric(counted, count)
        yield events
        active = GaugeMetricFamily(
            "semblance_rule_active", "What a rule began and has not ended", labels=("rule",)
        )
        for view in self._court.rules.rules():
            active.add_metric((view.rule.id,), len(view.active))
        yield active
        late = CounterMetricFamily(
            "semblance_group_summaries_unpooled",
            "Windows of streams that came too late, or with too wrong a clock, for their group",
            labels=("group", "cause"),
        )
        for group in ruling.groups:
            for cause, count in ruling.groups.unpooled(group).items():
                late.add_metric((group, cause), count)
        yield late
