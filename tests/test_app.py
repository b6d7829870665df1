"""The web application: what surrounds the streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from inference.loaded_model import LoadedModel
from models.card import Card, ClassFigures
from tests.web_service import TOKEN, FakeService
from web.app import create_app
from web.hub import Hub
from web.options import WebOptions

if TYPE_CHECKING:
    from pathlib import Path

INDEX = "<!doctype html><title>Semblance</title>"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(INDEX, encoding="utf-8")
    (tmp_path / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    (tmp_path / "assets" / "index-1a2b.js").write_text("1;", encoding="utf-8")
    return tmp_path


def client(
    dashboard: Path,
    service: FakeService | None = None,
    base: str = "http://127.0.0.1:8484",
    **options: object,
) -> httpx.AsyncClient:
    settings = WebOptions(version="1.2.3", **options)  # type: ignore[arg-type]
    app = create_app(service or FakeService("lobby"), Hub(), settings, dashboard=dashboard)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=base)


async def test_the_dashboard_is_at_the_root(built: Path) -> None:
    async with client(built) as web:
        page, icon, script = [await web.get(path) for path in ("/", "/favicon.svg", "/assets/index-1a2b.js")]
    assert (page.status_code, page.text) == (200, INDEX)
    assert page.headers["cache-control"] == "no-cache"
    assert icon.headers["content-type"] == "image/svg+xml"
    assert "immutable" in script.headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["/streams/lobby", "/streams/nobody", "/camera", "/embed/lobby", "/embed/x?theme=dark"]
)
async def test_every_view_is_the_same_page(built: Path, path: str) -> None:
    async with client(built) as web:
        page = await web.get(path)
        assert (page.status_code, page.text) == (200, INDEX)
        assert page.headers["cache-control"] == "no-cache"
        assert (await web.post(path.partition("?")[0])).status_code == 405


@pytest.mark.parametrize("path", ["/streams", "/streams/lobby/more", "/embed", "/cameras", "/embed/a/b"])
async def test_what_is_no_view_is_not_found(built: Path, path: str) -> None:
    async with client(built) as web:
        missing = await web.get(path)
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/streams/", "/nowhere", "/streams/lobby/more", "/assets/index-0.js"])
async def test_a_browser_gets_the_page_where_there_is_nothing(built: Path, path: str) -> None:
    async with client(built) as web:
        page = await web.get(path, headers={"accept": BROWSER})
        assert (page.status_code, page.text) == (404, INDEX)
        assert page.headers["content-type"].startswith("text/html")
        assert "script-src 'self';" in page.headers["content-security-policy"]
        assert (await web.get(path)).headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/streams/nobody", "/whip/", "/whip/a/b/c"])
async def test_an_interface_for_programs_keeps_its_problems_in_a_browser(built: Path, path: str) -> None:
    async with client(built) as web:
        missing = await web.get(path, headers={"accept": BROWSER})
    assert missing.headers["content-type"] == "application/problem+json"


async def test_a_build_while_the_service_runs_is_answered_as_no_build(built: Path) -> None:
    async with client(built) as web:
        (built / "index.html").unlink()
        (built / "favicon.svg").unlink()
        page, icon, nowhere = [
            await web.get(path, headers={"accept": BROWSER}) for path in ("/", "/favicon.svg", "/nowhere")
        ]
        assert (page.status_code, icon.status_code, nowhere.status_code) == (503, 404, 404)
        assert "was not built" in page.text
        (built / "index.html").write_text(INDEX, encoding="utf-8")
        assert (await web.get("/")).text == INDEX


async def test_only_the_embedded_view_may_stand_in_a_page_of_another_site(built: Path) -> None:
    async with client(built) as web:
        embed = (await web.get("/embed/lobby")).headers["content-security-policy"]
        others = [
            (await web.get(path)).headers["content-security-policy"]
            for path in ("/", "/streams/lobby", "/camera", "/embed", "/embedded", "/api/v1/streams")
        ]
    assert "frame-ancestors *" in embed
    assert all("frame-ancestors 'none'" in policy for policy in others)
    assert embed.replace("frame-ancestors *", "") == others[0].replace("frame-ancestors 'none'", "")


async def test_a_dashboard_that_was_not_built_says_so(tmp_path: Path) -> None:
    async with client(tmp_path) as web:
        for path in ("/", "/streams/lobby", "/camera", "/embed/lobby"):
            page = await web.get(path)
            assert page.status_code == 503
            assert "was not built" in page.text
        assert (await web.get("/healthz")).status_code == 200


@pytest.mark.parametrize(
    "path", ["/assets/../index.html", "/assets/%2e%2e/index.html", "/assets/..%2findex.html", "/nothing"]
)
async def test_no_path_leads_out_of_the_dashboard(built: Path, path: str) -> None:
    async with client(built / "assets") as web:
        assert (await web.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/", "/api/v1/streams", "/nothing", "/docs", "/metrics"])
async def test_every_answer_carries_the_security_headers(built: Path, path: str) -> None:
    async with client(built) as web:
        headers = (await web.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self';" in policy
    assert "media-src 'self' blob:" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["permissions-policy"] == "camera=(self)"
    assert "ws://127.0.0.1:8484" in policy
    assert "unsafe" not in policy.replace("style-src 'self' 'unsafe-inline'", "")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "host", ["localhost:8484", "127.0.0.1", "127.8.9.1:80", "[::1]:8484", "LOCALHOST", "camera.lan:8484"]
)
async def test_on_loopback_the_names_of_this_machine_are_answered_to(built: Path, host: str) -> None:
    async with client(built, hosts=("camera.lan",)) as web:
        assert (await web.get("/healthz", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("10.0.0.7:8484", 421),
        ("", 400),
        ("a b", 400),
        ("evil.example'; script-src *", 400),
    ],
)
async def test_on_loopback_other_names_are_refused(built: Path, host: str, status: int) -> None:
    async with client(built) as web:
        refused = await web.get("/healthz", headers={"host": host})
    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"


async def test_on_the_network_any_name_is_answered_to(built: Path) -> None:
    async with client(built, host="0.0.0.0", tokens=(TOKEN,)) as web:
        assert (await web.get("/healthz", headers={"host": "camera.lan"})).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 204),
        ({"origin": "http://127.0.0.1:8484"}, 204),
        ({"origin": "https://dash.example"}, 204),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:port"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 204),
    ],
)
async def test_a_page_of_another_origin_changes_nothing(
    built: Path, headers: dict[str, str], status: int
) -> None:
    async with client(built, origins=("https://dash.example",)) as web:
        assert (await web.delete("/api/v1/streams/lobby", headers=headers)).status_code == status


async def test_a_page_behind_a_tls_proxy_is_of_the_same_origin(built: Path) -> None:
    async with client(built, hosts=("camera.lan",)) as web:
        headers = {"host": "camera.lan", "origin": "https://camera.lan"}
        assert (await web.delete("/api/v1/streams/lobby", headers=headers)).status_code == 204


@pytest.mark.parametrize("path", ["/api/v1/streams", "/api/v1/streams/lobby", "/api/v1/models", "/metrics"])
async def test_with_tokens_nothing_is_told_without_one(built: Path, path: str) -> None:
    async with client(built, tokens=("x" * 32, TOKEN)) as web:
        without = await web.get(path)
        wrong = await web.get(path, headers={"authorization": "Bearer " + "y" * 32})
        basic = await web.get(path, headers={"authorization": f"Basic {TOKEN}"})
        right = await web.get(path, headers={"authorization": f"bearer {TOKEN}"})
    assert [answer.status_code for answer in (without, wrong, basic, right)] == [401, 401, 401, 200]
    assert without.headers["www-authenticate"] == "Bearer"
    assert without.headers["content-type"] == "application/problem+json"


async def test_with_tokens_whoever_watches_over_the_service_still_may(built: Path) -> None:
    async with client(built, tokens=(TOKEN,)) as web:
        for path in ("/healthz", "/readyz", "/", "/openapi.json", "/docs"):
            assert (await web.get(path)).status_code == 200


async def test_readiness_is_of_the_models(built: Path) -> None:
    service = FakeService()
    service.ready = False
    async with client(built, service) as web:
        assert (await web.get("/readyz")).status_code == 503
        assert (await web.get("/healthz")).status_code == 200
        service.ready = True
        assert (await web.get("/readyz")).status_code == 200


async def test_the_models_name_their_real_provider(built: Path) -> None:
    async with client(built) as web:
        model = (await web.get("/api/v1/models")).json()["models"][0]
    assert (model["task"], model["provider"]) == ("face", "CPUExecutionProvider")


async def test_the_models_carry_what_was_measured_of_them(built: Path) -> None:
    class Measured(FakeService):
        def models(self) -> tuple[LoadedModel, ...]:
            figures = {"anger": ClassFigures(precision=0.75, recall=0.5, count=12)}
            card = Card("FER+ validation", {"accuracy": 0.83}, figures)
            licence, learnt = "Apache-2.0", ("faces",)
            known = LoadedModel("emotion", "a", "1", "ab" * 32, "cpu", ("anger",), licence, learnt, card, 0.3)
            return known, LoadedModel("face", "b", "1", "cd" * 32, "cpu", ())

    async with client(built, Measured()) as web:
        known, unknown = (await web.get("/api/v1/models")).json()["models"]
    assert (known["licence"], known["trainedOn"]) == ("Apache-2.0", ["faces"])
    assert known["card"] == {
        "conditions": "FER+ validation",
        "figures": {"accuracy": 0.83},
        "perClass": {"anger": {"precision": 0.75, "recall": 0.5, "count": 12}},
    }
    assert unknown["card"] is None
    assert (known["tau"], unknown["tau"]) == (0.3, None)


async def test_a_wrong_method_is_told_from_a_wrong_path(built: Path) -> None:
    async with client(built) as web:
        method, path = await web.put("/api/v1/streams"), await web.get("/api/v1/nothing")
    assert (method.status_code, path.status_code) == (405, 404)
    assert method.json()["detail"] == "/api/v1/streams does not take PUT."
    assert path.json()["detail"] == "There is nothing at /api/v1/nothing."
    assert set(method.headers["allow"].split(", ")) == {"GET", "POST"}
    assert {answer.headers["content-type"] for answer in (method, path)} == {"application/problem+json"}


async def test_a_body_too_large_is_refused_whether_it_says_so_or_not(built: Path) -> None:
    async def drip() -> object:
        for _ in range(70):
            yield b" " * 1000

    async with client(built) as web:
        announced = await web.post("/api/v1/streams", content=b" " * 70_000)
        counted = await web.post(
            "/api/v1/streams",
            content=drip(),  # type: ignore[arg-type]
            headers={"content-type": "application/json"},
        )
    assert (announced.status_code, counted.status_code) == (413, 413)
    assert counted.headers["content-type"] == "application/problem+json"


async def test_a_mistake_of_the_service_tells_nothing_of_itself(built: Path) -> None:
    class Broken(FakeService):
        def streams(self) -> tuple[()]:
            raise RuntimeError("rtsp://user:secret@10.0.0.7")

    async with client(built, Broken()) as web:
        failed = await web.get("/api/v1/streams")
    assert failed.status_code == 500
    assert failed.headers["content-type"] == "application/problem+json"
    assert "default-src 'self'" in failed.headers["content-security-policy"]
    assert "secret" not in failed.text


async def test_the_interface_is_described_without_any_other_host(built: Path) -> None:
    async with client(built) as web:
        described = (await web.get("/openapi.json")).json()
        page = await web.get("/docs")
        style = await web.get("/docs.css")
    assert set(described["paths"]) == {
        "/healthz",
        "/readyz",
        "/metrics",
        "/api/v1/models",
        "/api/v1/streams",
        "/api/v1/streams/test",
        "/api/v1/streams/{stream_id}",
        "/whip/{stream_id}",
        "/whip/{stream_id}/{session}",
    }
    assert page.headers["content-type"].startswith("text/html")
    assert all(path in page.text for path in described["paths"])
    assert all(f'id="{name}"' in page.text for name in described["components"]["schemas"])
    assert "//" not in page.text.replace("https://", "", page.text.count("rtsp://"))
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert style.headers["content-type"].startswith("text/css")


async def test_problems_are_described_as_what_they_are(built: Path) -> None:
    async with client(built) as web:
        described = (await web.get("/openapi.json")).json()
    answers = described["paths"]["/api/v1/streams"]["post"]["responses"]
    assert list(answers) == ["201", "400", "401", "409", "413", "422"]
    assert set(answers["422"]["content"]) == {"application/problem+json"}
    assert "HTTPValidationError" not in str(described)
