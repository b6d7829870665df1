"""A file that one process at a time holds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from web.file_lock import FileLock, HeldError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_second_is_told_who_holds_it(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    first.take()
    with pytest.raises(HeldError, match=f"process {os.getpid()}"):
        second.take()
    first.release()
    second.take()
    second.release()


def test_a_full_disk_does_not_keep_it_from_being_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        first.take()
    with pytest.raises(HeldError, match="a process unknown"):
        second.take()
    first.release()


def test_a_file_that_was_deleted_or_replaced_is_not_there(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    assert not lock.is_there()
    lock.take()
    assert lock.is_there()
    lock.path.unlink()
    assert not lock.is_there()
    lock.path.write_bytes(b"")
    assert not lock.is_there()
    lock.release()
