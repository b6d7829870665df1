"""`semblance models pull`: what is fetched, tried and told, and the sentence of each mistake."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from models import find, shipped
from models.catalogue import Known
from models.catalogue import known as really_known
from tests.mirror import Mirror, cut, file, from_the_start, stuck
from tests.models_shell import Shell, classifier, entry

if TYPE_CHECKING:
    from pathlib import Path

YUNET = really_known("yunet")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The file of a catalogue that has one model, small."""
    content = classifier()
    manifest = entry(content)
    model = Known(
        "small",
        "emotion",
        "small.onnx",
        len(content),
        manifest["sha256"],
        (),
        "MIT",
        "It is small.",
        manifest,
    )
    monkeypatch.setattr("semblance.pulling.known", {"small": model}.__getitem__)
    return content


def test_a_pulled_model_is_told_with_its_licence_and_is_there(
    typed: Shell, server: Mirror, small: bytes, folder: Path
) -> None:
    server.answers["/small.onnx"] = file(small)
    status, out, _ = typed("pull", "small", "--from", server.address)
    assert status == 0
    assert f"small was pulled from {server.address}/small.onnx to {folder}/small/small.onnx." in out
    assert "Licence: MIT. It is small." in out
    assert typed("pull", "small")[:2] == (0, f"small is there already and whole: {folder}/small/small.onnx\n")
    assert "emotion: small 1 is whole" in typed("verify", "small")[1]


def test_a_model_that_does_not_open_is_not_put_where_auto_would_take_it(
    typed: Shell, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = classifier()
    sha256 = hashlib.sha256(content).hexdigest()
    wrong = replace(YUNET, size=len(content), sha256=sha256, manifest={**YUNET.manifest, "sha256": sha256})
    monkeypatch.setattr("semblance.pulling.known", {"yunet": wrong}.__getitem__)
    (tmp_path / YUNET.file).write_bytes(content)
    status, out, err = typed("pull", "yunet", "--from", str(tmp_path))
    assert (status, out) == (1, "")
    assert "What was pulled cannot be used: The model file" in err
    assert "it was not put in place" in err
    assert find("face").name == shipped("face").name
    assert not (folder / "yunet" / YUNET.file).exists()


def test_what_a_server_or_a_path_says_steers_no_terminal(
    typed: Shell, server: Mirror, tmp_path: Path
) -> None:
    title = "\x1b]0;x\x07"  # a window's title; of colours, `typer.echo` rids what is no terminal by itself
    server.answers[f"/{YUNET.file}"] = lambda request: request.send_error(500, title)
    for source in (server.address, str(tmp_path / title)):
        status, _, err = typed("pull", "yunet", "--from", source)
        assert (status, "\x1b" in err, "\x07" in err, err.count("\n")) == (1, False, False, 1)


def test_a_model_is_pulled_from_a_folder(typed: Shell, small: bytes, tmp_path: Path) -> None:
    (tmp_path / "small.onnx").write_bytes(small)
    assert typed("pull", "small", "--from", str(tmp_path))[0] == 0


def test_pulling_an_unknown_name_lists_those_known(typed: Shell) -> None:
    status, out, err = typed("pull", "yolo")
    assert (status, out) == (1, "")
    assert err == (
        "semblance: There is no model 'yolo' to pull; those known are enet_b0_8, ferplus-vgg13, yunet.\n"
    )


def test_each_failure_of_a_pull_is_one_line_and_status_one(
    typed: Shell, server: Mirror, folder: Path
) -> None:
    wrong = bytes(YUNET.size)
    cases = {
        "nothing": (None, "is not there (404)"),
        "wrong": (file(wrong), f"expected {YUNET.sha256}; it was not kept"),
        "cut": (cut(wrong, 1000), "broke off after 1,000 of 232,589 bytes; pull again, which goes on"),
        "other": (file(b"<html>"), "offers 6 bytes where 232,589 are missing"),
    }
    for name, (answer, said) in cases.items():
        if answer is not None:
            server.answers[f"/{name}/{YUNET.file}"] = answer
        status, out, err = typed("pull", "yunet", "--from", f"{server.address}/{name}")
        assert (status, out, err.count("\n")) == (1, "", 1), name
        assert said in err
    assert not (folder / "yunet" / YUNET.file).exists()


@pytest.mark.timeout(60)
def test_ctrl_c_keeps_what_came_and_the_next_pull_goes_on(typed: Shell, server: Mirror, folder: Path) -> None:
    over = threading.Event()
    server.answers[f"/{YUNET.file}"] = stuck(bytes(YUNET.size), 50_000, over)
    command = [sys.executable, "-m", "semblance", "models", "pull", "yunet", "--from", server.address]
    pulling = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ})
    part = folder / "yunet" / f"{YUNET.file}.part"
    try:
        deadline = time.monotonic() + 10
        while not (part.is_file() and part.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.02)
        pulling.send_signal(signal.SIGINT)
        _, err = pulling.communicate(timeout=10)
    finally:
        pulling.kill()
        over.set()
    assert pulling.returncode == 130
    assert err == "semblance: stopped; `semblance models pull yunet` goes on from what is there\n"
    assert part.stat().st_size == 50_000
    server.answers[f"/{YUNET.file}"] = from_the_start(bytes(YUNET.size))
    assert "it was not kept" in typed("pull", "yunet", "--from", server.address)[2]
    assert server.asked[1] == (f"/{YUNET.file}", "bytes=50000-")
