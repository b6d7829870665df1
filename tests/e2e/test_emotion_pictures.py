"""Pictures read by the Emotion API, end to end: files of every kind, addresses, keys, and what is broken."""

from __future__ import annotations

import json
import random
import socket
import threading
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from PIL import Image

from stream.pattern import Scene, Timeline
from tests.e2e.service import Holdings, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.e2e.service import Service

pytestmark = pytest.mark.timeout(90)

KEY = "a-key-of-the-emotion-api-0123456789"
RECOGNIZE = "/emotion/v1.0/recognize"
BYTES = {"content-type": "application/octet-stream", "ocp-apim-subscription-key": KEY}
SCENE = Scene(640, 360, people=1, timeline=Timeline(emotions=("happiness",)))
AT = 3.0


def drawn(kind: str, turned: int | None = None, **options: Any) -> bytes:
    """A happy person, as a file; `turned` is an orientation that is told by EXIF."""
    image = Image.fromarray(SCENE.render(AT)[:, :, ::-1])
    if turned is not None:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif = Image.Exif()
        exif[0x0112] = turned
        options["exif"] = exif.tobytes()
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@dataclass
class Elsewhere:
    """Files on another server of this machine, and how often each was asked for."""

    files: Mapping[str, tuple[int, Mapping[str, str], bytes]]
    port: int = 0
    asked: list[str] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, site: Elsewhere, *rest: Any) -> None:
        self._site = site
        super().__init__(*rest)

    def do_GET(self) -> None:
        self._site.asked.append(self.path)
        status, headers, body = self._site.files.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    person = drawn("PNG")
    site = Elsewhere(
        {
            "/person": (200, {"content-type": "text/html"}, person),
            "/moved": (302, {"location": "/person"}, b""),
            "/inside": (302, {"location": "http://127.0.0.2/person"}, b""),
            "/large": (200, {}, bytes(5 * 2**20)),
            "/text": (200, {"content-type": "image/png"}, b"no picture"),
        }
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, site))
    site.port = server.server_port
    serves = threading.Thread(target=server.serve_forever)
    serves.start()
    yield site
    server.shutdown()
    server.server_close()
    serves.join()


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that asks for a key. At the end its log must not hold one, whatever happened to it."""
    settings = {"auth": {"tokens": [KEY]}, "emotion_api": {"allow": ["127.0.0.1"]}}
    with serving(tmp_path_factory.mktemp("service"), settings) as running:
        yield running
    assert KEY not in running.written()


def recognized(api: Service, body: bytes, **query: str) -> list[dict[str, Any]]:
    answer = api.http.post(RECOGNIZE, content=body, headers=BYTES, params=query, timeout=30)
    assert answer.status_code == 200, answer.text
    faces: list[dict[str, Any]] = answer.json()
    return faces


def refused(answer: httpx.Response) -> tuple[int, str]:
    document = answer.json()
    assert document["statusCode"] == answer.status_code
    assert document["error"]["message"] == document["message"]
    return answer.status_code, document["error"]["code"]


@pytest.mark.parametrize(
    "body",
    [
        drawn("JPEG", quality=90),
        drawn("PNG"),
        drawn("GIF"),
        drawn("BMP"),
        drawn("WEBP"),
        drawn("JPEG", turned=6, quality=90),
    ],
    ids=["jpeg", "png", "gif", "bmp", "webp", "a telephone held upright"],
)
def test_the_face_is_found_where_it_is_and_with_its_expression(api: Service, body: bytes) -> None:
    (face,) = recognized(api, body)
    box, known = face["faceRectangle"], SCENE.faces(AT)[0]
    assert abs(box["left"] + box["width"] / 2 - (known.left + known.width / 2)) < known.width / 4
    assert abs(box["top"] + box["height"] / 2 - (known.top + known.height / 2)) < known.height / 4
    assert max(face["scores"], key=face["scores"].get) == "happiness"
    assert sum(face["scores"].values()) == pytest.approx(1)


def test_a_rectangle_that_is_given_is_read_like_one_that_is_found(api: Service) -> None:
    (found,) = recognized(api, drawn("PNG"))
    box = found["faceRectangle"]
    text = ",".join(str(box[side]) for side in ("left", "top", "width", "height"))
    nothing, given = recognized(api, drawn("PNG"), faceRectangles=f"0,0,639,359;{text}")
    assert nothing["faceRectangle"] == {"left": 0, "top": 0, "width": 639, "height": 359}
    assert given["faceRectangle"] == box
    assert given["scores"]["happiness"] > 0.5


def test_a_picture_is_fetched_from_its_address_and_told_by_its_bytes(
    api: Service, elsewhere: Elsewhere
) -> None:
    for path in ("/person", "/moved"):
        answer = api.http.post(
            RECOGNIZE, json={"url": elsewhere.url(path)}, headers={"authorization": f"Bearer {KEY}"}
        )
        assert len(answer.json()) == 1, answer.text


@pytest.mark.parametrize(
    ("path", "host", "code"),
    [
        ("/nothing", "127.0.0.1", "InvalidURL"),
        ("/large", "127.0.0.1", "InvalidImageSize"),
        ("/text", "127.0.0.1", "InvalidImage"),
        ("/person", "127.0.0.2", "InvalidURL"),
        ("/inside", "127.0.0.1", "InvalidURL"),
        ("/person", "[::ffff:127.0.0.2]", "InvalidURL"),
    ],
)
def test_an_address_that_leads_to_no_picture_or_where_it_must_not_is_refused(
    api: Service, elsewhere: Elsewhere, path: str, host: str, code: str
) -> None:
    body = json.dumps({"url": elsewhere.url(path, host)})
    headers = {"content-type": "application/json; charset=utf-8"}
    answer = api.http.post(
        RECOGNIZE, content=body, headers=headers, params={"Subscription-Key": KEY}, timeout=30
    )
    assert refused(answer) == (400, code), answer.text


def test_a_picture_that_is_too_large_is_refused_to_one_who_sends_all_of_it_first(api: Service) -> None:
    with socket.create_connection(("127.0.0.1", api.port), timeout=30) as line:
        head = f"POST {RECOGNIZE}?subscription-key={KEY} HTTP/1.1\r\nHost: localhost\r\n"
        line.sendall(
            f"{head}Content-Type: application/octet-stream\r\nContent-Length: 20000000\r\n\r\n".encode()
        )
        line.sendall(bytes(20_000_000))
        answer = b"".join(iter(partial(line.recv, 65536), b""))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"InvalidImageSize" in answer


def test_broken_pictures_and_mutated_calls_do_no_harm(api: Service) -> None:
    """No 5xx, no hang, and no memory kept."""
    chance = random.Random(6)
    samples = [drawn(kind) for kind in ("JPEG", "GIF", "WEBP")]
    with httpx.Client(base_url=api.address, timeout=30) as client:
        for body in samples:  # what is needed once is not counted
            client.post(RECOGNIZE, content=_mutated(body, chance), headers=BYTES)
        before = Holdings.of(api.process.pid)
        for number in range(100):
            body = _mutated(samples[number % len(samples)], chance)
            if number % 3 == 2:
                headers = BYTES | {"content-type": "application/json"}
                answer = client.post(RECOGNIZE, content=body[:300], headers=headers)
            else:
                rectangles = {"faceRectangles": _mutated(b"1,2,30,40", chance)} if number % 5 == 0 else {}
                answer = client.post(RECOGNIZE, content=body, headers=BYTES, params=rectangles)
            assert answer.status_code in (200, 400), answer.text
            if answer.status_code == 400:
                refused(answer)
    after = Holdings.of(api.process.pid)
    assert after.memory < before.memory + 60
    assert after.files <= before.files + 2
    assert len(recognized(api, drawn("PNG"))) == 1


def _mutated(body: bytes, chance: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.choice((1, 2, 8))):
        place = chance.randrange(min(len(changed), chance.choice((30, len(changed)))))
        changed[place] = chance.randrange(256)
    return bytes(changed[: chance.choice((len(changed), chance.randrange(1, len(changed) + 1)))])
