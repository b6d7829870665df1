"""Live window scores in the terminal."""

import asyncio
import io
import json

import pytest
from rich.console import Console
from websockets.asyncio.server import ServerConnection, serve

from inference import EMOTIONS
from semblance.failure import Failure, UsageFailure
from semblance.watch import Board, live_address, watch


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("http://127.0.0.1:8484", "ws://127.0.0.1:8484/api/v1/live"),
        ("https://semblance.example/", "wss://semblance.example/api/v1/live"),
        ("localhost:9000", "ws://localhost:9000/api/v1/live"),
    ],
)
def test_the_live_address_is_that_of_the_service(given: str, expected: str) -> None:
    assert live_address(given) == expected


@pytest.mark.parametrize("wrong", ["ftp://somewhere", "http://"])
def test_an_address_of_no_service_is_refused(wrong: str) -> None:
    with pytest.raises(UsageFailure, match="no address of a service"):
        live_address(wrong)


def status(state: str, error: str | None = None) -> dict[str, object]:
    reason = {"code": "unreachable", "message": error} if error else None
    return {"type": "status", "stream": "lobby", "state": state, "error": reason}


def summary(dominant: str | None, tracks: int = 1) -> dict[str, object]:
    scores = {name: float(name == dominant) for name in EMOTIONS} if dominant else None
    return {
        "type": "summary", "stream": "lobby", "window": "2s", "dominant": dominant,
        "tracks": tracks, "coverage": 0.5,
        "windowMeanScores": scores, "windowFaceDistribution": scores,
    }  # fmt: skip


def drawn(*messages: dict[str, object]) -> str:
    board = Board()
    for message in messages:
        board.take(message)
    console = Console(file=io.StringIO(), width=100)
    console.print(board.render())
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def test_the_board_shows_states_and_bars() -> None:
    text = drawn(status("running"), summary("surprise"))
    assert "lobby  running" in text
    assert "2s: surprise  1 faces, coverage 50%" in text
    assert all(name in text for name in EMOTIONS)


def test_the_board_says_why_a_camera_is_lost_and_that_there_is_no_face() -> None:
    text = drawn(status("reconnecting", "nobody listens there"), summary(None, tracks=0))
    assert "reconnecting  nobody listens there" in text
    assert "2s: no face  0 faces" in text


def test_the_board_tells_faces_that_could_not_be_read_from_none() -> None:
    assert "2s: no face could be read  1 faces" in drawn(status("running"), summary(None))


def test_a_removed_stream_leaves_the_board() -> None:
    assert "No streams yet" in drawn(status("running"), {**status("ended"), "removed": True})


async def test_without_a_terminal_each_summary_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    subscriptions = []

    async def service(socket: ServerConnection) -> None:
        subscriptions.append(json.loads(await socket.recv()))
        await socket.send(json.dumps(status("running")))
        await socket.send(json.dumps(summary("fear")))
        await socket.send(json.dumps({"type": "error", "code": "enough", "message": "that was all"}))
        await socket.wait_closed()

    async with serve(service, "127.0.0.1", 0, subprotocols=["semblance.v1.json"]) as server:  # type: ignore[list-item]
        port = next(iter(server.sockets)).getsockname()[1]
        with pytest.raises(Failure, match="that was all"):
            await asyncio.wait_for(watch(f"127.0.0.1:{port}", "lobby", None), 5)
    assert subscriptions[0]["streams"] == ["lobby"]
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["dominant"] == "fear"
