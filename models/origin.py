"""Where a model is had from: its upstream, a mirror or a folder, into a partial file."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from models.download import ElsewhereError, Progress, PullError, download, written_to
from models.network_failure import shown

if TYPE_CHECKING:
    from models.catalogue import Known

_CHUNK = 1 << 20


def fetched(model: Known, source: str | None, part: Path, progress: Progress) -> str:
    """Fills `part` from the first place that has the model; says which."""
    if source is not None and "://" not in source:
        return _copy(model, Path(os.path.expanduser(source)), part, progress)
    urls = (_below(source, model.file),) if source is not None else model.urls
    failures: list[ElsewhereError] = []
    for url in urls:
        try:
            _get(model, url, part, progress)
        except ElsewhereError as error:
            failures.append(error)
        else:
            return shown(url)
    others = ", ".join(dict.fromkeys(urlsplit(url).hostname or url for url in urls[1:]))
    raise PullError(f"{failures[0]}{f' Nor could it be had from {others}.' if others else ''}") from failures[
        0
    ]


def _get(model: Known, url: str, part: Path, progress: Progress) -> None:
    resumed = part.stat().st_size > 0
    download(url, part, model.size, progress)
    if resumed and sha256(part) != model.sha256:  # what was there before may have been of something else
        os.truncate(part, 0)
        download(url, part, model.size, progress)
    _check_hash(model, part, shown(url))


def _copy(model: Known, source: Path, part: Path, progress: Progress) -> str:
    places = (source / model.file, source / model.name / model.file) if source.is_dir() else (source,)
    for place in places:
        if place.is_file():
            break
    else:
        raise PullError(
            f"There is no {' and no '.join(str(place) for place in places)} to pull {model.name} from."
        )
    try:
        found = place.stat().st_size
        if found != model.size:
            raise PullError(f"{place} is not {model.name}: it has {found:,} bytes, not {model.size:,}.")
        with place.open("rb") as file:
            written_to(part, iter(lambda: file.read(_CHUNK), b""), 0, model.size, progress)
    except OSError as error:
        raise PullError(f"{place} cannot be read: {error.strerror}.") from error
    try:
        _check_hash(model, part, str(place))
    except ElsewhereError as error:
        raise PullError(str(error)) from None
    return str(place)


def _check_hash(model: Known, part: Path, origin: str) -> None:
    found = sha256(part)
    if found != model.sha256:
        os.truncate(part, 0)
        raise ElsewhereError(
            f"What {origin} gave is not {model.name}: its sha256 is {found}, expected {model.sha256}; "
            "it was not kept."
        )


def _below(mirror: str, file: str) -> str:
    """The address of the file at a mirror, which is that of a folder or of the file itself."""
    try:
        parts = urlsplit(mirror)
    except ValueError as error:
        raise PullError(
            f"--from takes a folder or an http or https address; this is none: {error}."
        ) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise PullError(f"--from takes a folder or an http or https address, not {shown(mirror)}.")
    if parts.path.endswith(".onnx"):
        return mirror
    return parts._replace(path=f"{parts.path.rstrip('/')}/{file}").geturl()


def sha256(file: Path) -> str | None:
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return None
