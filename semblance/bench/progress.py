"""What is told on a terminal while the answer is searched for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from semblance.files.outcome import counted

if TYPE_CHECKING:
    from types import TracebackType

    from semblance.bench.trial import Trial


class Progress:
    """A line of what is being done, and one of each trial, on standard error where that is a terminal."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._status = self._console.status("")

    def __enter__(self) -> Progress:
        if self._console.is_terminal:
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._status.stop()

    def doing(self, what: str) -> None:
        self._status.update(what)

    def drawing(self, share: float) -> None:
        """Of the clip, so much is done, 0 to 1."""
        self.doing(f"drawing what is played: {share:.0%}")

    def trying(self, streams: int) -> None:
        self.doing(f"{counted(streams, 'stream')} …")

    def tried(self, trial: Trial, *, carried: bool) -> None:
        if not self._console.is_terminal:
            return
        p95 = "" if trial.p95 is None else f", p95 {1000 * trial.p95:.0f} ms"
        said = f"{trial.share:.1%} analysed{p95}, {trial.spending.used:.2f} cores"
        streams = counted(trial.streams, "stream")
        self._console.print(f"{streams:>12}: {said}", style=None if carried else "yellow")
