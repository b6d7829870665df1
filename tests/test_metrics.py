"""The figures for Prometheus."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.web_service import FakeService, view
from web.app import create_app
from web.hub import Hub
from web.options import WebOptions
from web.service import Condition, Latency


async def scrape(service: FakeService, accept: str = "text/plain") -> tuple[httpx.Response, dict[str, float]]:
    app = create_app(service, Hub(), WebOptions(version="1.2.3"), dashboard=Path("no-such-folder"))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/metrics", headers={"accept": accept})
    samples = {
        sample.name + "".join(f",{key}={value}" for key, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    return answer, samples


async def test_streams_are_counted_by_state_and_by_name() -> None:
    service = FakeService("lobby", "door")
    condition = Condition("reconnecting", ("timeout", "Nothing came."), 0.0)
    service.views["door"] = replace(
        view("door"), condition=condition, reconnects=3, latency=Latency(0.1, 0.2)
    )
    _, samples = await scrape(service)
    assert samples["semblance_streams,state=running"] == 1
    assert samples["semblance_streams,state=reconnecting"] == 1
    assert samples["semblance_streams,state=failed"] == 0
    assert samples["semblance_stream_running,stream=lobby"] == 1
    assert samples["semblance_stream_running,stream=door"] == 0
    assert samples["semblance_stream_reconnects_total,stream=door"] == 3
    assert samples["semblance_frames_decoded_total,stream=lobby"] == 100
    assert samples["semblance_frames_analysed_total,stream=lobby"] == 40
    assert samples["semblance_frames_dropped_total,cause=replaced,stream=lobby"] == 60
    assert samples["semblance_reading_latency_seconds,quantile=0.95,stream=door"] == 0.2
    assert "semblance_reading_latency_seconds,quantile=0.95,stream=lobby" not in samples


async def test_a_stream_that_loses_more_than_by_chance_makes_the_service_overloaded() -> None:
    service = FakeService("lobby", "door")
    for shed, overloaded in ((0.04, 0), (0.25, 1)):
        service.views["door"] = replace(view("door"), shed=shed)
        _, samples = await scrape(service)
        assert samples["semblance_stream_shed_ratio,stream=door"] == shed
        assert samples["semblance_stream_shed_ratio,stream=lobby"] == 0
        assert samples["semblance_overloaded"] == overloaded


async def test_the_build_and_the_models_are_told() -> None:
    _, samples = await scrape(FakeService())
    assert samples["semblance_ready"] == 1
    build = next(name for name in samples if name.startswith("semblance_build_info"))
    assert "version=1.2.3" in build
    model = next(name for name in samples if name.startswith("semblance_model_info"))
    assert "provider=CPUExecutionProvider" in model


async def test_two_applications_share_no_registry() -> None:
    first, _ = await scrape(FakeService("lobby"))
    second, _ = await scrape(FakeService("door"))
    assert 'stream="lobby"' in first.text
    assert 'stream="lobby"' not in second.text


async def test_prometheus_may_ask_for_openmetrics() -> None:
    service = FakeService("lobby")
    app = create_app(service, Hub(), WebOptions(version="1.2.3"), dashboard=Path("no-such-folder"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        answer = await client.get("/metrics", headers={"accept": "application/openmetrics-text"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")
