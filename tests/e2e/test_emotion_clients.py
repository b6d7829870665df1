"""The Emotion API called as its public clients call it: what each puts on the wire, and what it reads."""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import cv2
import httpx
import pytest

from stream.pattern import Scene, Timeline
from tests.e2e.clips import save
from tests.e2e.service import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.e2e.service import Service

pytestmark = pytest.mark.timeout(90)

KEY = "0123456789abcdef0123456789abcdef"
ROOT = "/emotion/v1.0"
FPS = 10


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder with a picture of two people and a video of one, and the address it is served at."""
    folder = tmp_path_factory.mktemp("site")
    cv2.imwrite(str(folder / "people.jpg"), Scene(640, 360, people=2, seed=4).render(1.0))
    scene = Scene(320, 240, people=1, timeline=Timeline(hold=1.0, emotions=("neutral", "happiness")))
    save(folder / "video.mp4", (scene.render(number / FPS) for number in range(2 * FPS)), FPS)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    serves = threading.Thread(target=server.serve_forever)
    serves.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    serves.join()


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that asks for a key and may fetch from this machine."""
    settings = {"auth": {"tokens": [KEY]}, "emotion_api": {"allow": ["127.0.0.1"]}}
    with serving(tmp_path_factory.mktemp("service"), settings) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: httpx.Headers
    body: bytes


def called(api: Service, path: str, body: bytes | str, kind: str, **headers: str) -> Answer:
    """As the quickstarts for Python do it: the standard library, a query that may be empty."""
    sent = {"Ocp-Apim-Subscription-Key": KEY, "Content-Type": kind, **headers}
    with closing(http.client.HTTPConnection("127.0.0.1", api.port, timeout=30)) as connection:
        connection.request("POST", f"{ROOT}/{path}", body, sent)
        answer = connection.getresponse()
        return Answer(answer.status, httpx.Headers(answer.getheaders()), answer.read())


def ended(api: Service, operation: str) -> tuple[list[str], dict[str, Any]]:
    """The states an operation passed through, and its last; asked for with a body, as one client does."""
    seen: list[str] = []
    until = time.monotonic() + 60
    while True:
        assert operation.startswith(f"{api.address}{ROOT}/operations/")
        headers = {"Ocp-Apim-Subscription-Key": KEY}
        answer = api.http.request("GET", operation, json={}, headers=headers).raise_for_status()
        told: dict[str, Any] = answer.json()
        seen.append(told["status"])
        assert type(told["progress"]) is int
        if told["status"] in ("Succeeded", "Failed"):
            return seen, told
        assert "processingResult" not in told  # a client waits for the key, whatever its value
        assert time.monotonic() < until, told
        time.sleep(0.1)


@pytest.mark.parametrize(
    "body",
    [
        "{ 'url': '%s' }",  # the quickstart for Python
        '{url: "%s"}',  # pages with jQuery
        '{"URL":"%s"}',
        '"%s"',  # the .NET library, of a video
    ],
)
def test_an_address_may_be_written_as_the_samples_write_it(
    api: Service, site: tuple[Path, str], body: str
) -> None:
    answer = called(api, "recognize?", body % f"{site[1]}/people.jpg", "application/json; charset=utf-8")
    assert answer.headers["content-type"] == "application/json"
    faces = json.loads(answer.body)
    assert len(faces) == 2
    assert all(type(value) is int for face in faces for value in face["faceRectangle"].values())


def test_a_java_client_escapes_its_rectangles_and_writes_the_key_small(
    api: Service, site: tuple[Path, str]
) -> None:
    given = quote("436,126,112,131;111,132,111,141", safe="")
    picture = (site[0] / "people.jpg").read_bytes()
    answer = called(
        api,
        f"recognize?faceRectangles={given}",
        picture,
        "application/octet-stream",
        **{"ocp-apim-subscription-key": KEY},
    )
    assert answer.status == 200
    assert [face["faceRectangle"]["left"] for face in json.loads(answer.body)] == [111, 436]


def test_every_client_finds_its_error(api: Service) -> None:
    answer = called(api, "recognize", "{", "application/json")
    document = json.loads(answer.body)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/json")
    assert document["error"]["code"] == "BadArgument"  # .NET, the notebook, node
    assert document["statusCode"] == 400  # Go, Java
    assert document["message"] == document["error"]["message"]
    refused = called(api, "recognize", "{", "application/json", **{"Ocp-Apim-Subscription-Key": "another"})
    assert (refused.status, json.loads(refused.body)["statusCode"]) == (401, 401)


def test_a_video_is_sent_by_the_spelling_of_the_net_library_and_waited_for(
    api: Service, site: tuple[Path, str]
) -> None:
    video = (site[0] / "video.mp4").read_bytes()
    answer = called(api, "recognizeInVideo?file=video.mp4", video, "application/octet-stream")
    assert (answer.status, answer.body) == (202, b"")
    _, told = ended(api, answer.headers["Operation-Location"])
    result = json.loads(told["processingResult"])
    fragment = result["fragments"][0]
    whole = (result["version"], result["timescale"], result["framerate"], result["width"], result["rotation"])
    assert all(type(value) is int for value in whole)
    assert all(type(fragment[key]) is int for key in ("start", "duration", "interval"))
    assert set(fragment["events"][0][0]) == {"windowFaceDistribution", "windowMeanScores"}


def test_what_a_script_in_r_takes_for_the_end_is_the_end(api: Service, site: tuple[Path, str]) -> None:
    body = json.dumps({"url": f"{site[1]}/video.mp4"})
    answer = called(api, "recognizeinvideo?outputStyle=perFrame", body, "application/json")
    seen, told = ended(api, answer.headers["operation-location"])
    assert set(seen) <= {"Uploading", "Running", "Succeeded"}  # it waits at the first two alone
    frames = [
        each for fragment in json.loads(told["processingResult"])["fragments"] for each in fragment["events"]
    ]
    assert len(frames) == 2 * FPS
    assert frames[-1][0]["scores"]["happiness"] > 0.5


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_curl_sends_a_file_in_chunks_with_the_key_in_the_address(
    api: Service, site: tuple[Path, str]
) -> None:
    command = ["curl", "-sS", "-H", "Content-Type: application/octet-stream", "-H", "Expect: 100-continue"]
    command += ["-X", "POST", "-H", "Transfer-Encoding: chunked", "--data-binary", f"@{site[0]}/people.jpg"]
    said = subprocess.run(
        [*command, f"{api.address}/{ROOT}/Recognize?subscription-key={KEY}"], capture_output=True, check=True
    ).stdout
    assert len(json.loads(said)) == 2


_PAGE = """async ([root, key]) => {
  const call = (method, path, kind, body) => new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open(method, path.startsWith("http") ? path : root + path);
    request.setRequestHeader("Ocp-Apim-Subscription-Key", key);
    if (kind) request.setRequestHeader("Content-Type", kind);
    request.onload = () => done(request);
    request.onerror = () => done({ status: 0 });
    request.send(body);
  });
  const file = async (name) => (await fetch(name)).blob();
  const picture = await call("POST", "/recognize?", "application/octet-stream", await file("people.jpg"));
  const video = await call("POST", "/recognizeinvideo", "application/octet-stream", await file("video.mp4"));
  const location = video.getResponseHeader("Operation-Location");
  let told = {};
  while (told.status !== "Succeeded" && told.status !== "Failed") {
    told = JSON.parse((await call("GET", location)).responseText);
    await new Promise((passed) => setTimeout(passed, 100));
  }
  const missing = await call("GET", "/operations/none");
  return {
    faces: JSON.parse(picture.responseText).length,
    accepted: video.status,
    fragments: JSON.parse(told.processingResult).fragments.length,
    missing: [missing.status, JSON.parse(missing.responseText).error.code],
  };
}"""
"""What jQuery and axios do in a page of another origin."""


def test_a_page_of_another_origin_gets_pictures_and_videos_read(
    api: Service, site: tuple[Path, str], page: Page
) -> None:
    page.goto(f"{site[1]}/")
    assert page.evaluate(_PAGE, [f"{api.address}{ROOT}", KEY]) == {
        "faces": 2,
        "accepted": 202,
        "fragments": 1,
        "missing": [404, "OperationNotFound"],
    }
