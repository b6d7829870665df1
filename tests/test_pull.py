"""Models pulled into a folder of their own: from upstream, from mirrors and folders, whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from models.catalogue import Known
from models.download import PullError
from models.manifest import Manifest, ModelError
from models.pull import Pulled, Trial, pull
from tests.mirror import Mirror, cut, file, status, without_proxies
from tests.models_shell import entry

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = bytes(range(251)) * 400
MODEL = Known(
    name="small",
    task="emotion",
    file="small.onnx",
    size=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    urls=("http://nowhere.invalid/small.onnx",),
    licence="MIT",
    note="Small.",
    manifest=entry(CONTENT),
)
OTHER = CONTENT[::-1]


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxies(monkeypatch)


def passed(manifest: Manifest) -> None:
    """What a model that can be used is tried by: its file must be there, whole."""
    assert manifest.path.read_bytes() == CONTENT


def failed(manifest: Manifest) -> None:
    raise ModelError(f"The model file {manifest.path} does not fit.")


def pulled(
    folder: Path,
    source: str | None = None,
    model: Known = MODEL,
    *,
    force: bool = False,
    trial: Trial = passed,
) -> Pulled:
    told: list[int] = []
    return pull(model, folder, source, force=force, progress=told.append, trial=trial)


def test_a_model_comes_with_its_manifest_and_nothing_else(server: Mirror, tmp_path: Path) -> None:
    server.answers["/a/small.onnx"] = file(CONTENT)
    done = pulled(tmp_path, model=replace(MODEL, urls=(f"{server.address}/a/small.onnx",)))
    assert done == Pulled(tmp_path / "small" / "small.onnx", f"{server.address}/a/small.onnx")
    assert done.path.read_bytes() == CONTENT
    assert json.loads((tmp_path / "small" / "manifest.json").read_text("utf-8")) == MODEL.manifest
    assert sorted(path.name for path in done.path.parent.iterdir()) == ["manifest.json", "small.onnx"]


def test_what_is_there_and_whole_is_not_pulled_again(server: Mirror, tmp_path: Path) -> None:
    server.answers["/small.onnx"] = file(CONTENT)
    pulled(tmp_path, server.address)
    assert pulled(tmp_path, server.address).source is None
    assert len(server.asked) == 1
    assert pulled(tmp_path, server.address, force=True).source == f"{server.address}/small.onnx"
    assert len(server.asked) == 2


def test_a_file_that_was_damaged_is_pulled_again(server: Mirror, tmp_path: Path) -> None:
    server.answers["/small.onnx"] = file(CONTENT)
    done = pulled(tmp_path, server.address)
    done.path.write_bytes(OTHER)
    assert pulled(tmp_path, server.address).source is not None
    assert done.path.read_bytes() == CONTENT


def test_a_manifest_that_was_lost_is_written_again_without_a_download(server: Mirror, tmp_path: Path) -> None:
    server.answers["/small.onnx"] = file(CONTENT)
    manifest = pulled(tmp_path, server.address).path.with_name("manifest.json")
    manifest.unlink()
    assert pulled(tmp_path, server.address).source is None
    assert manifest.is_file()


@pytest.mark.parametrize("content", ['{"torn"', json.dumps({**MODEL.manifest, "temperature": 2})])
def test_a_torn_or_old_manifest_beside_a_whole_file_is_the_catalogues_again(
    server: Mirror, tmp_path: Path, content: str
) -> None:
    server.answers["/small.onnx"] = file(CONTENT)
    manifest = pulled(tmp_path, server.address).path.with_name("manifest.json")
    manifest.write_text(content, "utf-8")
    assert pulled(tmp_path, server.address).source is None
    assert json.loads(manifest.read_text("utf-8")) == MODEL.manifest
    assert sorted(path.name for path in manifest.parent.iterdir()) == ["manifest.json", "small.onnx"]


def test_a_torn_card_beside_a_model_is_named_as_the_file_to_delete(server: Mirror, tmp_path: Path) -> None:
    server.answers["/small.onnx"] = file(CONTENT)
    card = pulled(tmp_path, server.address).path.with_name("card.json")
    card.write_text("[", "utf-8")
    with pytest.raises(PullError, match=f"^The card {card} is not whole JSON .*; delete that file, which"):
        pulled(tmp_path, server.address)


def test_a_model_that_cannot_be_used_is_not_put_in_place_and_not_fetched_twice(
    server: Mirror, tmp_path: Path
) -> None:
    server.answers["/small.onnx"] = file(CONTENT)
    part = tmp_path / "small" / "small.onnx.part"
    said = f"cannot be used: The model file {part} does not fit; it was not put in place, and waits in {part}"
    with pytest.raises(PullError, match=said):
        pulled(tmp_path, server.address, trial=failed)
    assert list(part.parent.iterdir()) == [part]
    pulled(tmp_path, server.address)
    assert len(server.asked) == 1
    assert not part.exists()


def test_what_worked_before_stays_where_what_is_new_cannot_be_used(server: Mirror, tmp_path: Path) -> None:
    server.answers["/small.onnx"] = file(CONTENT)
    done = pulled(tmp_path, server.address)
    old = json.dumps({**MODEL.manifest, "version": "0"})
    done.path.write_bytes(OTHER)
    done.path.with_name("manifest.json").write_text(old, "utf-8")
    with pytest.raises(PullError, match="was not put in place"):
        pulled(tmp_path, server.address, trial=failed)
    assert done.path.read_bytes() == OTHER
    assert done.path.with_name("manifest.json").read_text("utf-8") == old


def test_a_whole_file_that_cannot_be_used_is_told_with_the_way_to_be_without_it(
    server: Mirror, tmp_path: Path
) -> None:
    server.answers["/small.onnx"] = file(CONTENT)
    pulled(tmp_path, server.address)
    with pytest.raises(PullError, match=f"delete {tmp_path / 'small'} to be without it"):
        pulled(tmp_path, server.address, trial=failed)


@pytest.mark.parametrize("base", ["", "/", "/models", "/models/", "/models/small.onnx"])
def test_a_mirror_is_named_by_its_folder_or_by_the_file(server: Mirror, tmp_path: Path, base: str) -> None:
    path = "/small.onnx" if base in ("", "/") else "/models/small.onnx"
    server.answers[path] = file(CONTENT)
    assert pulled(tmp_path, server.address + base).path.read_bytes() == CONTENT


def test_the_query_of_a_mirrors_address_is_kept_but_not_told(server: Mirror, tmp_path: Path) -> None:
    server.answers["/m/small.onnx?sig=hush"] = file(CONTENT)
    assert pulled(tmp_path, f"{server.address}/m?sig=hush").source == f"{server.address}/m/small.onnx"


def test_a_mirror_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PullError, match="--from takes a folder or an http or https address, not ftp://x/y"):
        pulled(tmp_path, "ftp://ann:secret@x/y")


@pytest.mark.parametrize("address", ["http://[::1", "http://127.0.0.1:abc/x"])
def test_an_address_that_cannot_be_taken_apart_is_told(tmp_path: Path, address: str) -> None:
    with pytest.raises(PullError, match=r"--from takes a folder|cannot be fetched: it is no http"):
        pulled(tmp_path, address)


def test_another_hash_is_told_with_both_and_the_file_is_not_kept(server: Mirror, tmp_path: Path) -> None:
    server.answers["/small.onnx"] = file(OTHER)
    found = hashlib.sha256(OTHER).hexdigest()
    with pytest.raises(PullError, match=f"its sha256 is {found}, expected {MODEL.sha256}; it was not kept"):
        pulled(tmp_path, server.address)
    assert list(tmp_path.iterdir()) == []


def test_a_break_is_gone_on_with(server: Mirror, tmp_path: Path) -> None:
    server.answers["/small.onnx"] = cut(CONTENT, 60_000)
    with pytest.raises(PullError, match="broke off after 60,000"):
        pulled(tmp_path, server.address)
    assert not (tmp_path / "small" / "small.onnx").exists()
    server.answers["/small.onnx"] = file(CONTENT)
    assert pulled(tmp_path, server.address).path.read_bytes() == CONTENT
    assert server.asked[-1] == ("/small.onnx", "bytes=60000-")


@pytest.mark.parametrize("length", [10, len(CONTENT)])
def test_a_part_of_something_else_is_found_out_and_started_over(
    server: Mirror, tmp_path: Path, length: int
) -> None:
    server.answers["/small.onnx"] = file(CONTENT)
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "small.onnx.part").write_bytes(OTHER[:length])
    assert pulled(tmp_path, server.address).path.read_bytes() == CONTENT
    assert server.asked[-1] == ("/small.onnx", None)


def test_where_the_first_address_fails_the_next_one_goes_on(server: Mirror, tmp_path: Path) -> None:
    server.answers["/gone/small.onnx"] = status(410)
    server.answers["/wrong/small.onnx"] = file(OTHER)
    server.answers["/right/small.onnx"] = file(CONTENT)
    urls = tuple(f"{server.address}/{name}/small.onnx" for name in ("none", "gone", "wrong", "right"))
    assert pulled(tmp_path, model=replace(MODEL, urls=urls)).source == urls[-1]
    with pytest.raises(PullError, match=r"none/small\.onnx is not there .* Nor could it be had from 127"):
        pulled(tmp_path, model=replace(MODEL, urls=urls[:3]), force=True)


def test_a_failure_leaves_what_was_there_before(server: Mirror, tmp_path: Path) -> None:
    server.answers["/small.onnx"] = file(CONTENT)
    done = pulled(tmp_path, server.address)
    server.answers["/small.onnx"] = file(OTHER)
    with pytest.raises(PullError):
        pulled(tmp_path, server.address, force=True)
    assert done.path.read_bytes() == CONTENT
    assert (tmp_path / "small" / "manifest.json").is_file()


@pytest.mark.parametrize("place", ["small.onnx", "small/small.onnx"])
def test_a_folder_with_the_file_is_a_source(tmp_path: Path, place: str) -> None:
    source = tmp_path / "from" / place
    source.parent.mkdir(parents=True)
    source.write_bytes(CONTENT)
    for given in (tmp_path / "from", source):
        done = pulled(tmp_path / "to", str(given), force=True)
        assert done == Pulled(tmp_path / "to" / "small" / "small.onnx", str(source))
        assert done.path.read_bytes() == CONTENT


def test_a_folder_without_the_file_is_told_with_the_places_looked_at(tmp_path: Path) -> None:
    with pytest.raises(
        PullError, match=r"There is no .*/small\.onnx and no .*/small/small\.onnx to pull small"
    ):
        pulled(tmp_path / "to", str(tmp_path))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CONTENT[:-1], "has 100,399 bytes, not 100,400"),
        (CONTENT + b"x", "has 100,401 bytes, not 100,400"),
        (OTHER, "its sha256 is"),
    ],
)
def test_a_wrong_file_in_a_folder_is_told_and_stays_where_it_is(
    tmp_path: Path, content: bytes, said: str
) -> None:
    source = tmp_path / "from" / "small.onnx"
    source.parent.mkdir()
    source.write_bytes(content)
    with pytest.raises(PullError, match=said):
        pulled(tmp_path / "to", str(source))
    assert source.read_bytes() == content
    assert list((tmp_path / "to").iterdir()) == []


def test_too_little_room_is_told_before_anything_is_fetched(
    server: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(
        PullError, match=r"no room for small in .*: 100,400 bytes are missing and 1,000 are free"
    ):
        pulled(tmp_path, server.address)
    assert server.asked == []


def test_a_folder_that_cannot_be_made_is_told_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PullError, match="cannot be written to: Not a directory; SEMBLANCE_MODELS"):
        pulled(tmp_path / "file", "http://nowhere.invalid")


def test_a_folder_without_leave_to_write_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:  # as root, who runs many a test, may write anywhere
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("pathlib.Path.mkdir", refused)
    with pytest.raises(PullError, match="cannot be written to: Permission denied"):
        pulled(tmp_path, "http://nowhere.invalid")


def test_two_pulls_of_one_model_do_not_write_into_each_other(tmp_path: Path) -> None:
    part = tmp_path / "small" / "small.onnx.part"
    part.parent.mkdir()
    with part.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(PullError, match=r"small\.onnx is being pulled by another process"):
            pulled(tmp_path, "http://nowhere.invalid")
