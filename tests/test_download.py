"""One file over HTTP: resumed, cut, refused, sent elsewhere, through proxies and over TLS."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.download import PullError, download, written_to
from tests.mirror import (
    Mirror,
    cut,
    file,
    from_the_start,
    mirror,
    redirect,
    status,
    without_length,
    without_proxies,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTENT = bytes(range(256)) * 1000
SIZE = len(CONTENT)


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxies(monkeypatch)


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "model.part"


def get(url: str, part: Path, size: int = SIZE) -> list[int]:
    """Downloads; how much there was, each time it was told."""
    told: list[int] = []
    download(url, part, size, told.append)
    return told


def test_a_file_comes_whole_and_its_progress_is_told(server: Mirror, part: Path) -> None:
    server.answers["/model"] = file(CONTENT)
    told = get(f"{server.address}/model", part)
    assert part.read_bytes() == CONTENT
    assert (told[0], told[-1]) == (0, SIZE)
    assert told == sorted(told)


def test_what_is_there_already_is_not_fetched_again(server: Mirror, part: Path) -> None:
    server.answers["/model"] = file(CONTENT)
    part.write_bytes(CONTENT[:100_000])
    assert get(f"{server.address}/model", part)[0] == 100_000
    assert part.read_bytes() == CONTENT
    assert server.asked == [("/model", "bytes=100000-")]


def test_nothing_is_asked_for_where_all_is_there(server: Mirror, part: Path) -> None:
    part.write_bytes(CONTENT)
    assert get(f"{server.address}/model", part) == []
    assert server.asked == []


def test_a_server_that_ignores_the_range_is_taken_from_the_start(server: Mirror, part: Path) -> None:
    server.answers["/model"] = from_the_start(CONTENT)
    part.write_bytes(b"x" * 1000)
    get(f"{server.address}/model", part)
    assert part.read_bytes() == CONTENT
    assert len(server.asked) == 1


def test_a_part_longer_than_the_file_is_started_over(server: Mirror, part: Path) -> None:
    server.answers["/model"] = file(CONTENT)
    part.write_bytes(b"x" * (SIZE + 5))
    get(f"{server.address}/model", part)
    assert part.read_bytes() == CONTENT
    assert [asked for _, asked in server.asked] == [f"bytes={SIZE + 5}-", None]


def test_the_rest_of_another_file_is_not_appended(server: Mirror, part: Path) -> None:
    server.answers["/model"] = file(b"y" * (SIZE + 7))
    part.write_bytes(CONTENT[:10])
    with pytest.raises(PullError, match=f"offers {SIZE + 7:,} bytes where {SIZE:,} are missing"):
        get(f"{server.address}/model", part)


def test_a_truncated_download_keeps_what_came_and_says_how_to_go_on(server: Mirror, part: Path) -> None:
    server.answers["/model"] = cut(CONTENT, 100_000)
    with pytest.raises(
        PullError, match=r"broke off after 100,000 of 256,000 bytes; pull again, which goes on"
    ):
        get(f"{server.address}/model", part)
    assert part.read_bytes() == CONTENT[:100_000]
    server.answers["/model"] = file(CONTENT)
    get(f"{server.address}/model", part)
    assert part.read_bytes() == CONTENT


def test_a_short_answer_without_a_length_counts_as_truncated(server: Mirror, part: Path) -> None:
    server.answers["/model"] = without_length(CONTENT[:5000])
    with pytest.raises(PullError, match="broke off after 5,000 of"):
        get(f"{server.address}/model", part)


def test_an_answer_without_end_is_left_at_the_models_size(server: Mirror, part: Path) -> None:
    server.answers["/model"] = without_length(CONTENT * 20)
    with pytest.raises(PullError, match=f"more than the model's {SIZE:,} bytes"):
        get(f"{server.address}/model", part)
    assert part.stat().st_size == 0


def test_another_length_is_refused_before_anything_is_fetched(server: Mirror, part: Path) -> None:
    server.answers["/model"] = file(b"<html>Please log in</html>")
    with pytest.raises(PullError, match=f"is not the model: it offers 26 bytes where {SIZE:,} are missing"):
        get(f"{server.address}/model", part)
    assert not part.exists()


def test_a_file_that_is_not_there_is_told_apart_from_a_refusal(server: Mirror, part: Path) -> None:
    with pytest.raises(PullError, match=r"/model is not there \(404\)"):
        get(f"{server.address}/model", part)
    server.answers["/model"] = status(503)
    with pytest.raises(PullError, match="the server answered 503 Service Unavailable"):
        get(f"{server.address}/model", part)


def test_redirects_are_followed_with_the_range(server: Mirror, part: Path) -> None:
    server.answers["/old"] = redirect("/new")
    server.answers["/new"] = redirect(f"{server.address}/model")
    server.answers["/model"] = file(CONTENT)
    part.write_bytes(CONTENT[:9])
    get(f"{server.address}/old", part)
    assert part.read_bytes() == CONTENT
    assert server.asked[-1] == ("/model", "bytes=9-")


def test_a_circle_of_redirects_ends(server: Mirror, part: Path) -> None:
    server.answers["/a"] = redirect("/a")
    with pytest.raises(PullError, match="sends on more than 8 times"):
        get(f"{server.address}/a", part)


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/model", "file:///etc/passwd"])
def test_a_redirect_to_another_scheme_is_not_followed(server: Mirror, part: Path, target: str) -> None:
    server.answers["/model"] = redirect(target)
    with pytest.raises(PullError, match=f"sends on from http to {target.partition(':')[0]}:"):
        get(f"{server.address}/model", part)


def test_a_closed_port_is_named(part: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(PullError, match=f"127.0.0.1:{port}/model cannot be fetched: nothing answers there"):
        get(f"http://127.0.0.1:{port}/model", part)


def test_a_name_nobody_knows_is_told_as_that(part: Path) -> None:
    with pytest.raises(PullError, match=r"the name nowhere\.invalid is not known; is there a network\?"):
        get("http://nowhere.invalid/model", part)


def test_an_address_that_is_none_is_told_as_that(part: Path) -> None:
    with pytest.raises(PullError, match="it is no http or https address"):
        get("gopher://127.0.0.1/model", part)


def test_passwords_and_tokens_of_an_address_are_not_told(part: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(PullError) as told:
        get(f"http://ann:secret@127.0.0.1:{port}/model?sig=hush", part)
    assert "secret" not in str(told.value)
    assert "hush" not in str(told.value)


def test_the_environments_proxy_is_used(server: Mirror, part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answers["http://mirror.invalid/model"] = file(CONTENT)  # to a proxy, the path is the whole address
    monkeypatch.setenv("HTTP_PROXY", server.address)
    get("http://mirror.invalid/model", part)
    assert part.read_bytes() == CONTENT


def test_a_proxy_that_is_not_there_is_named_without_its_password(
    part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://ann:secret@127.0.0.1:{port}")
    with pytest.raises(PullError, match=rf"nothing answers there \(through the proxy 127\.0\.0\.1:{port}\)"):
        get("https://mirror.invalid/model", part)


def test_a_proxy_that_lets_nothing_through_is_told(
    server: Mirror, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", server.address)
    with pytest.raises(PullError, match=r"the proxy does not let it through \(403 Forbidden\)"):
        get("https://mirror.invalid/model", part)


def test_a_kind_of_proxy_that_is_not_known_is_told(part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    with pytest.raises(PullError, match="The proxy that the environment names cannot be used"):
        get("https://mirror.invalid/model", part)


def test_plain_http_where_tls_was_expected_is_told(server: Mirror, part: Path) -> None:
    with pytest.raises(PullError, match="TLS fails"):
        get(f"{server.address.replace('http', 'https')}/model", part)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed, with its key in the same file."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command to make a certificate")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -addext subjectAltName=IP:127.0.0.1"
    )
    key = path.with_name("key.pem")
    subprocess.run(
        [*command.split(), "-keyout", str(key), "-out", str(path)], check=True, capture_output=True
    )
    path.write_bytes(path.read_bytes() + key.read_bytes())
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[Mirror]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with mirror(context) as running:
        yield running


def test_a_certificate_that_does_not_hold_is_told_with_the_way_out(secure: Mirror, part: Path) -> None:
    with pytest.raises(
        PullError, match=r"TLS certificate does not hold \(self.signed certificate\).*SSL_CERT_FILE"
    ):
        get(f"{secure.address}/model", part)


def test_an_authority_of_ones_own_is_taken_from_the_environment(
    secure: Mirror, part: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    secure.answers["/model"] = file(CONTENT)
    get(f"{secure.address}/model", part)
    assert part.read_bytes() == CONTENT


def test_tls_goes_through_a_proxy(
    secure: Mirror, server: Mirror, part: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.tunnels = True
    monkeypatch.setenv("HTTPS_PROXY", server.address)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    secure.answers["/model"] = file(CONTENT)
    get(f"{secure.address}/model", part)
    assert part.read_bytes() == CONTENT
    assert server.asked == [(secure.address.removeprefix("https://"), None)]


def test_https_is_not_left_for_http(
    secure: Mirror, server: Mirror, part: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server.answers["/model"] = file(CONTENT)
    secure.answers["/model"] = redirect(f"{server.address}/model")
    with pytest.raises(PullError, match="sends on from https to http:"):
        get(f"{secure.address}/model", part)
    assert server.asked == []


def test_http_may_be_left_for_https(
    secure: Mirror, server: Mirror, part: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server.answers["/model"] = redirect(f"{secure.address}/model")
    secure.answers["/model"] = file(CONTENT)
    get(f"{server.address}/model", part)
    assert part.read_bytes() == CONTENT
    secure.answers["/model"] = redirect(f"{server.address}/other")
    part.unlink()
    with pytest.raises(PullError, match="sends on from https to http:"):
        get(f"{server.address}/model", part)


@pytest.mark.parametrize("content", [None, "root:x:0:0"])
def test_authorities_that_cannot_be_read_are_told_with_the_variable_that_names_them(
    tmp_path: Path, part: Path, content: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        (tmp_path / "authorities").write_text(content, "utf-8")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authorities"))
    with pytest.raises(PullError, match=r"SSL_CERT_FILE names \(.*/authorities\) cannot be used"):
        get("https://mirror.invalid/model", part)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a device that is always full")
def test_a_full_disk_is_told_as_that() -> None:
    told: list[int] = []
    with pytest.raises(PullError, match="There is no room for /dev: the disk was full"):
        written_to(Path("/dev/full"), iter([CONTENT]), 0, SIZE, told.append)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    told: list[int] = []
    with pytest.raises(PullError, match=r"cannot be written: Is a directory"):
        written_to(tmp_path, iter([CONTENT]), 0, SIZE, told.append)
