"""Pulling a model of the catalogue: from its upstream, a mirror or a folder to where pulled models lie."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from models.download import Progress, PullError
from models.manifest import ModelError
from models.manifest_file import read
from models.origin import fetched, sha256

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedWriter
    from pathlib import Path

    from models.catalogue import Known
    from models.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Pulled:
    """Where the model lies now, and the address or file it is from; `None` where it was there already."""

    path: Path
    source: str | None


class Trial(Protocol):
    """Opens the model; raises `ModelError` where it cannot be used."""

    def __call__(self, manifest: Manifest, /) -> None: ...


def pull(
    model: Known,
    folder: Path,
    source: str | None = None,
    *,
    force: bool = False,
    progress: Progress,
    trial: Trial,
) -> Pulled:
    """`model` in a folder of its own below `folder`, its manifest beside it.

    `source` is a folder that has the file, the file, or the address of a mirror; unless given, it comes from
    where its authors publish it. The file gets its name once it has the right sha256 and `trial` let it pass,
    so that what has the name can be used; what was there before stays until then. The manifest beside it is
    the catalogue's, also where the file was there already. A break leaves a `.part`, which the next call goes
    on with. Raises `PullError`.
    """
    target = folder / model.name
    file = target / model.file
    if not force and sha256(file) == model.sha256:
        with _new_manifest(model, target) as manifest:
            _try(manifest, file, trial, f"delete {target} to be without it")
        return Pulled(file, None)
    with _own_part(target, file) as part:
        _check_room(model, part)
        origin = fetched(model, source, part, progress)
        with _new_manifest(model, target) as manifest:
            _try(manifest, part, trial, f"it was not put in place, and waits in {part} for another pull")
            os.replace(part, file)
    return Pulled(file, origin)


def _check_room(model: Known, part: Path) -> None:
    missing = model.size - part.stat().st_size
    free = shutil.disk_usage(part.parent).free
    if free < missing:
        raise PullError(
            f"There is no room for {model.name} in {part.parent}: {missing:,} bytes are missing and {free:,} "
            "are free; make room, or let SEMBLANCE_MODELS name another folder."
        )


@contextmanager
def _own_part(target: Path, file: Path) -> Iterator[Path]:
    """The partial file, for as long nobody else's; it stays where there is something in it."""
    part = file.with_name(f"{file.name}.part")
    try:
        target.mkdir(parents=True, exist_ok=True)
        held = part.open("ab")
    except OSError as error:
        raise PullError(
            f"{target} cannot be written to: {error.strerror}; SEMBLANCE_MODELS can name another folder."
        ) from error
    with held:
        _lock(held, file.name)
        try:
            yield part
        finally:
            if part.is_file() and not part.stat().st_size:
                part.unlink()
                _remove_if_empty(target)


def _lock(held: BufferedWriter, name: str) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise PullError(f"{name} is being pulled by another process already.") from None
    except OSError:
        pass  # a file system that has no locks


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):  # it is not
        folder.rmdir()


@contextmanager
def _new_manifest(model: Known, target: Path) -> Iterator[Path]:
    """The catalogue's manifest, which becomes `manifest.json` once what is done with it has succeeded."""
    last, partial = target / "manifest.json", target / "manifest.json.part"
    content = json.dumps(model.manifest, indent=2) + "\n"
    if _is(last, content):  # where the folder may only be read, what is right need not be written
        yield last
        return
    try:
        partial.write_text(content, encoding="utf-8")
        yield partial
        os.replace(partial, last)
    except OSError as error:
        raise PullError(f"The manifest in {target} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):  # where there is none to remove
            partial.unlink()


def _is(file: Path, content: str) -> bool:
    try:
        return file.read_bytes() == content.encode("utf-8")
    except OSError:
        return False


def _try(manifest: Path, file: Path, trial: Trial, otherwise: str) -> None:
    try:
        wanted = replace(read(manifest), path=file)
    except ModelError as error:  # of a card that lies there, since the manifest is ours
        raise PullError(str(error)) from error
    try:
        trial(wanted)
    except ModelError as error:
        said = str(error).removesuffix(".")
        raise PullError(f"What was pulled cannot be used: {said}; {otherwise}.") from error
