"""Where the results of files go: all into one place, a file each into a folder, or nowhere."""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager, nullcontext
from typing import TYPE_CHECKING, BinaryIO, Protocol

from semblance.files.in_thread import in_thread
from semblance.files.spool import Spool
from semblance.files.turns import Turns
from semblance.files.whole_file import WholeFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from semblance.files.forms import Form, Written
    from semblance.files.found import Input
    from semblance.files.targets import Target
    from semblance.files.turns import Turn
    from semblance.output import Lines


class Result(Protocol):
    """Of one file; after `begin` exactly one of the others is called."""

    @property
    def lines(self) -> Lines: ...

    async def begin(self) -> None: ...

    async def done(self) -> None:
        """All that could be read of the file has been written."""
        ...

    async def nothing(self) -> None:
        """Nothing could be read of the file."""
        ...

    async def discard(self) -> None:
        """The file was stopped: nothing of it is to stay."""
        ...


class Results(Protocol):
    def of(self, file: Input) -> Result:
        """To be asked for in the order in which results are wanted."""
        ...


class OneResult:
    """The results of all files, one after the other; `whole` counts those that are there."""

    def __init__(self, turns: Turns, nothing: str) -> None:
        self.whole = 0
        self._turns = turns
        self._nothing = nothing

    def of(self, _file: Input) -> Result:
        return _Part(self, self._turns.next(), self._nothing)


class _Part:
    def __init__(self, one: OneResult, turn: Turn, nothing: str) -> None:
        self.lines = turn
        self._one = one
        self._nothing = nothing

    async def begin(self) -> None:
        pass

    async def done(self) -> None:
        self._one.whole += 1
        self.lines.done()

    async def nothing(self) -> None:
        self.lines.write(self._nothing)
        self.lines.done()

    async def discard(self) -> None:
        self.lines.discard()


def in_one(path: Path | None, form: Form) -> AbstractContextManager[OneResult]:
    """In a file there are whole results only; on standard output (`None`) and in a device they come as they
    are made, but for a form that cannot. Raises `OSError`.
    """
    if path is None:
        return _through(nullcontext(sys.stdout.buffer), form)
    if path.exists() and not path.is_file():
        return _through(path.open("wb"), form)
    return _beside(path, form)


@contextmanager
def _through(out: AbstractContextManager[BinaryIO], form: Form) -> Iterator[OneResult]:
    with out as opened, closing(Spool()) as spool, closing(form.written(opened)) as written:
        yield OneResult(Turns(written, spool, whole=form.suffix == ".parquet"), form.nothing)


@contextmanager
def _beside(path: Path, form: Form) -> Iterator[OneResult]:
    """Stopped, the file holds what is whole; what was there before stays where nothing is."""
    file = WholeFile(path)
    whole = True
    try:
        with closing(Spool(path.parent)) as spool, closing(form.written(file.out)) as written:
            one = OneResult(Turns(written, spool, whole=True), form.nothing)
            try:
                yield one
            except BaseException as error:
                # After a full disk the result in the middle of which it happened is not whole.
                whole = one.whole > 0 and not _of_system(error)
                raise
    except OSError:
        whole = False
        raise
    finally:
        if whole:
            file.keep()
        else:
            file.discard()


def _of_system(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return error.subgroup(OSError) is not None
    return isinstance(error, OSError)


class FolderResults:
    """A file for each, which is there only once it is whole."""

    def __init__(self, folder: Target, form: Form) -> None:
        self._folder = folder
        self._form = form

    def of(self, file: Input) -> Result:
        return _FileResult(self._folder.of_file(file, self._form.suffix), self._form)


class _FileResult:
    def __init__(self, path: Path, form: Form) -> None:
        self._path = path
        self._form = form
        self._file: WholeFile | None = None
        self._written: Written | None = None

    @property
    def lines(self) -> Lines:
        return self

    def write(self, text: str, /) -> None:
        if self._written is not None:
            self._written.write(text)

    def flush(self) -> None:
        if self._written is not None:
            self._written.flush()

    async def begin(self) -> None:
        await in_thread(self._open)

    async def done(self) -> None:
        await in_thread(self._keep)

    async def nothing(self) -> None:
        await self.discard()

    async def discard(self) -> None:
        if self._file is not None:
            await in_thread(self._file.discard)

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = WholeFile(self._path)
        self._written = self._form.written(self._file.out)

    def _keep(self) -> None:
        if self._file is None or self._written is None:
            return
        try:
            self._written.close()
        except OSError:
            self._file.discard()
            raise
        self._file.keep()
