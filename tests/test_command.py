"""Commands: what they get, what is kept of what they say, and that none outstays its time."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path

import pytest

from tests.deliveries import delivery
from web.hooks import program
from web.hooks.command import SCHEDULE, CommandHooks
from web.hooks.definition import Command
from web.hooks.hook import Outcome
from web.hooks.program import HEAD

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "SEMBLANCE_AUTH__TOKENS": "do-not-tell-anybody",
}
SHELL = ("/bin/sh", "-c")


async def run(*command: str, limit: float = 5.0, filling: str = "") -> Outcome:
    hook = CommandHooks(ENVIRONMENT).hook(Command("notify", command, timeout=limit))
    return await hook.deliverer.deliver(delivery(attempt=2, filling=filling))


def gone(pid: int) -> bool:
    """Whether this process has ended; one that nobody has asked about yet has, too."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


async def until_gone(pid: int) -> None:
    """A process that was killed ends as soon as the machine finds the time."""
    async with asyncio.timeout(5):
        while not gone(pid):  # noqa: ASYNC110 - nobody else is told of it
            await asyncio.sleep(0.02)


@pytest.fixture
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "GRACE", 0.3)


async def test_a_program_reads_the_body_of_a_webhook_on_its_standard_input() -> None:
    outcome = await run("/bin/cat")
    assert outcome.result == "delivered"
    assert outcome.status == 0
    assert outcome.answer is not None
    heard = json.loads(outcome.answer)
    assert heard["type"] == "emotion.dominant.changed"
    assert heard["timestamp"] == heard["data"]["at"]
    assert heard["data"]["id"] == "evt_1"


async def test_a_program_knows_of_which_event_it_is_and_none_of_our_secrets() -> None:
    outcome = await run("/usr/bin/env")
    assert outcome.answer is not None
    said = dict(line.split("=", 1) for line in outcome.answer.splitlines())
    assert said == {
        "PATH": "/usr/bin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "SEMBLANCE_EVENT": "emotion.dominant.changed",
        "SEMBLANCE_EVENT_ID": "evt_1",
        "SEMBLANCE_STREAM": "lobby",
        "SEMBLANCE_ATTEMPT": "2",
    }


async def test_arguments_are_no_shell_s_line() -> None:
    assert (await run("/bin/echo", "$HOME; exit 3", "*")).answer == "$HOME; exit 3 *\n"


async def test_a_program_works_in_the_root_folder_in_a_session_of_its_own() -> None:
    outcome = await run(*SHELL, "pwd; cut -d' ' -f6 /proc/self/stat; echo $$")
    assert outcome.answer is not None
    folder, session, itself = outcome.answer.split()
    assert (folder, session) == ("/", itself)


async def test_another_exit_status_than_zero_is_a_failure_and_what_was_written_is_kept() -> None:
    outcome = await run(*SHELL, "echo said; echo complained >&2; exit 3")
    assert outcome == Outcome("failed", 3, "It ended with exit status 3.", "said\ncomplained\n")


async def test_a_signal_is_a_failure_with_its_name() -> None:
    outcome = await run(*SHELL, "kill -SEGV $$")
    assert outcome == Outcome("failed", 139, "It was ended by SIGSEGV.")


async def test_much_output_is_read_to_its_end_and_its_first_kilobyte_kept() -> None:
    outcome = await run(*SHELL, "head -c 5000000 /dev/zero | tr '\\0' x; exit 1")
    assert outcome.status == 1
    assert outcome.answer == "x" * HEAD


async def test_what_no_database_would_keep_is_replaced() -> None:
    assert (await run("/usr/bin/printf", r"a\000b\377")).answer == "a\ufffdb\ufffd"


async def test_a_program_that_never_reads_is_not_waited_for() -> None:
    assert (await run("/bin/true", filling="x" * 15_000)).result == "delivered"


async def test_a_program_that_closes_its_input_is_no_trouble() -> None:
    assert (await run(*SHELL, "exec <&-; sleep 0.1", filling="x" * 15_000)).result == "delivered"


@pytest.mark.usefixtures("short_grace")
async def test_a_program_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    script = f"trap '' TERM; sleep 60 & echo $! > {tmp_path}/pid; echo begun; wait; sleep 60"
    begin = time.monotonic()
    outcome = await run(*SHELL, script, limit=0.4)
    assert outcome == Outcome(
        "failed", error="It had not ended after 0.4 s, and was ended.", answer="begun\n"
    )
    assert time.monotonic() - begin < 3
    await until_gone(int((tmp_path / "pid").read_text(encoding="ascii")))


@pytest.mark.usefixtures("short_grace")
async def test_a_program_that_is_asked_to_end_may_tidy_up(tmp_path: Path) -> None:
    done = tmp_path / "tidied"
    outcome = await run(*SHELL, f"trap 'touch {done}; exit' TERM; while :; do sleep 0.05; done", limit=0.3)
    assert outcome.result == "failed"
    assert done.exists()


@pytest.mark.usefixtures("short_grace")
async def test_when_the_service_ends_running_programs_do(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    task = asyncio.create_task(run(*SHELL, f"echo $$ > {note}.new; mv {note}.new {note}; exec sleep 60"))
    while not note.exists():  # noqa: ASYNC110 - another process says so
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until_gone(int(note.read_text(encoding="ascii")))


async def test_what_a_program_leaves_in_the_background_is_neither_waited_for_nor_ended() -> None:
    begin = time.monotonic()
    outcome = await run(*SHELL, "sleep 3 & echo $!")
    assert outcome.result == "delivered"
    assert time.monotonic() - begin < 2
    assert outcome.answer is not None
    assert not gone(int(outcome.answer))
    os.kill(int(outcome.answer), 9)


@pytest.mark.parametrize(
    ("content", "mode", "reason"),
    [
        (None, 0, "No such file or directory"),
        ("#!/bin/sh\n", 0o644, "Permission denied"),
        ("neither a script nor a program", 0o755, "Exec format error"),
        ("#!/no/such/interpreter\n", 0o755, "No such file or directory"),
    ],
)
async def test_a_program_that_cannot_be_started_says_why(
    tmp_path: Path, content: str | None, mode: int, reason: str
) -> None:
    path = tmp_path / "notify"
    if content is not None:
        path.write_text(content, encoding="ascii")
        path.chmod(mode)
    assert await run(str(path)) == Outcome("failed", error=f"{path} cannot be started: {reason}.")


def test_a_program_that_is_not_there_is_known_before_the_first_event(tmp_path: Path) -> None:
    plain = tmp_path / "notes.txt"
    plain.write_text("", encoding="ascii")

    def complaint(program: str) -> str | None:
        return CommandHooks(ENVIRONMENT).complaint(Command("notify", (program, "--quiet")))

    assert complaint("/bin/sh") is None
    assert complaint("sh") is None
    assert complaint("no-such-program") == "There is no program 'no-such-program' in /usr/bin:/bin."
    assert complaint("/no/such") == "There is no file '/no/such'."
    assert "not a program" in (complaint(str(plain)) or "")
    assert "not a program" in (complaint(str(tmp_path)) or "")
    assert "whole path" in (complaint("bin/sh") or "")


def test_only_the_program_is_shown_because_its_arguments_may_hold_secrets() -> None:
    hook = CommandHooks(ENVIRONMENT).hook(Command("notify", ("/bin/notify", "--token=s3cret"), timeout=9))
    assert hook.target == "/bin/notify"
    assert hook.timeout > 9 + 2 * program.GRACE
    assert (hook.kind, hook.schedule) == ("command", SCHEDULE)
