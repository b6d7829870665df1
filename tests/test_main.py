"""How the command ends."""

import subprocess
import sys

ENDING = """
import atexit, sys, threading, time, types

def status():
    print("the last words")
    if {left_behind}:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    return 3

sys.modules["semblance.command_line"] = types.SimpleNamespace(status=status)
atexit.register(print, "taken down")
from semblance.__main__ import main
main()
"""


def ended(*, left_behind: bool) -> subprocess.CompletedProcess[str]:
    code = ENDING.format(left_behind=left_behind)
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=15, check=False
    )


def test_a_thread_that_a_library_never_returned_from_is_left_without_taking_the_interpreter_down() -> None:
    process = ended(left_behind=True)
    assert (process.returncode, process.stdout) == (3, "the last words\n")


def test_without_such_a_thread_the_interpreter_ends_in_order() -> None:
    process = ended(left_behind=False)
    assert (process.returncode, process.stdout) == (3, "the last words\ntaken down\n")
