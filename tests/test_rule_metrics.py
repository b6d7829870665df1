"""What rules have made, for Prometheus."""

from __future__ import annotations

from dataclasses import replace

from prometheus_client import CollectorRegistry, generate_latest

from aggregation.rules.definition import ThresholdRule
from semblance.rule_metrics import RuleCollector
from tests.published import window
from tests.rules_site import RulesSite
from web.group import Group

HAPPY = ThresholdRule(id="happy", emotion="happiness", enter=0.6, exit=0.4, hold=0.0)


def exposed(site: RulesSite) -> str:
    registry = CollectorRegistry()
    registry.register(RuleCollector(site.court))
    return generate_latest(registry).decode()


async def test_events_are_counted_by_stream_rule_and_name() -> None:
    site = RulesSite(rules=[HAPPY], groups=[Group(id="house", streams=("lobby", "hall"))])
    async with site.open():
        assert 'semblance_rule_active{rule="happy"} 0.0' in exposed(site)
        for sequence in range(1, 4):
            site.court.ruling.publish(window(sequence, "happiness"))
            site.court.ruling.publish(window(sequence, "happiness", "hall"))
        site.court.ruling.publish(replace(window(2, "happiness"), sequence=4))
        text = exposed(site)
    name = 'name="emotion.threshold.started",rule="happy"'
    assert f'semblance_events_total{{{name},stream="lobby"}} 1.0' in text
    assert f'semblance_events_total{{{name},stream="hall"}} 1.0' in text
    assert 'semblance_rule_active{rule="happy"} 2.0' in text
    assert 'semblance_group_summaries_unpooled_total{cause="late",group="house"}' in text


async def test_a_stream_that_is_gone_is_counted_no_more() -> None:
    site = RulesSite(rules=[HAPPY])
    async with site.open():
        site.court.ruling.publish(window(1, "happiness"))
        site.court.ruling.forget("lobby")
        text = exposed(site)
    assert "lobby" not in text
    assert 'semblance_rule_active{rule="happy"} 0.0' in text
