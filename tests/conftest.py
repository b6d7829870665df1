"""What any test may ask for: the folder of data that is not the project's own."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.mirror import Mirror, mirror
from tests.models_shell import Shell, quiet

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """Shells start what runs in the background with Ctrl-C ignored, and children inherit it."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def pulled_models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of pulled models, empty: what somebody has pulled on this machine must not change a test."""
    folder = tmp_path_factory.mktemp("models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEMBLANCE_MODELS", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of what services remember: none of a test may write into the history of who runs it."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder))
        yield folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of pulled models, for one test alone; no proxies."""
    quiet(monkeypatch, tmp_path / "pulled")
    return tmp_path / "pulled"


@pytest.fixture
def typed(
    folder: Path,  # noqa: ARG001 - commands must not see what was really pulled
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Shell:
    """`semblance models`, typed."""
    return Shell(monkeypatch, capsys)


@pytest.fixture
def server() -> Iterator[Mirror]:
    """A mirror to pull models from."""
    with mirror() as running:
        yield running


@pytest.fixture(scope="session")
def data() -> Path:
    """The data folder; a test that asks for it skips where there is none."""
    folder = Path(os.environ.get("SEMBLANCE_DATA") or ROOT / "../shared/data").resolve()
    if not folder.is_dir():
        pytest.skip(f"needs the data folder, and {folder} is not there (SEMBLANCE_DATA names another)")
    return folder


@pytest.fixture(scope="session")
def clips(data: Path) -> Path:
    """The folder of real video clips."""
    return data / "clips"
