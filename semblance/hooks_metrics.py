"""What hooks have been sent, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric

    from web.hooks.courier import Courier
    from web.hooks.hooks import Hooks


class HooksCollector(Collector):
    """Deliveries by outcome, what waits for each hook and for how long, and what waits for the database."""

    def __init__(self, hooks: Hooks) -> None:
        self._hooks = hooks

    def collect(self) -> Iterator[Metric]:
        couriers = list(self._hooks.dispatcher.couriers().values())
        yield _deliveries(couriers)
        yield from _waiting(couriers, self._hooks.now())
        enabled = GaugeMetricFamily("semblance_hook_enabled", "0 if disabled or off", labels=("hook",))
        for courier in couriers:
            enabled.add_metric((courier.hook.id,), courier.accepts)
        yield enabled
        outbox = self._hooks.outbox
        yield GaugeMetricFamily(
            "semblance_outbox_unstored", "Events that wait for the database", value=outbox.waiting
        )
        yield CounterMetricFamily(
            "semblance_outbox_dropped", "Events that waited too long for the database", value=outbox.dropped
        )


def _deliveries(couriers: list[Courier]) -> Metric:
    """`failed` counts attempts; `given_up`, `expired` and `cancelled` events that were never delivered."""
    metric = CounterMetricFamily(
        "semblance_hook_deliveries", "Attempts, and events without", labels=("hook", "outcome")
    )
    for courier in couriers:
        figures = courier.figures
        for outcome, count in (
            ("delivered", figures.delivered),
            ("failed", figures.attempts_failed),
            ("given_up", figures.failed),
            ("expired", figures.expired),
            ("cancelled", figures.cancelled),
        ):
            metric.add_metric((courier.hook.id, outcome), count)
    return metric


def _waiting(couriers: list[Courier], now: float) -> Iterator[Metric]:
    waiting = GaugeMetricFamily("semblance_hook_waiting", "Events in the outbox", labels=("hook",))
    age = GaugeMetricFamily(
        "semblance_hook_oldest_waiting_seconds", "Age of the oldest of them", labels=("hook",)
    )
    for courier in couriers:
        oldest = courier.oldest
        waiting.add_metric((courier.hook.id,), courier.waiting)
        age.add_metric((courier.hook.id,), 0.0 if oldest is None else max(now - oldest, 0.0))
    yield waiting
    yield age
