"""A network on a GPU, and the CPU that runs what the GPU fails to run."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from inference import sessions
from inference.device.rewriting import rewritten
from inference.sessions import FAILURES, Session, open_session
from inference.wording import one_line

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from models import Manifest

_log = logging.getLogger(__name__)


class Spared:
    """Implements `Network` before a session. May be called from several threads.

    A device that is out of memory, or gone, costs speed; the CPU's session is opened when it is first needed.
    """

    def __init__(self, session: Session, manifest: Manifest, threads: int) -> None:
        """`manifest` is the model's own, `threads` what the CPU may compute on."""
        self._session = session
        self._manifest = manifest
        self._threads = threads
        self._spare: Session | None = None
        self._opening = threading.Lock()

    @property
    def on_gpu(self) -> bool:
        return self._session.on_gpu

    def run(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        """The outputs of these names for one batch."""
        try:
            return self._session.run(batch, outputs)
        except FAILURES as error:
            spare = self._opened(error)
        return spare.run(batch, outputs)

    def _opened(self, error: Exception) -> Session:
        with self._opening:
            if self._spare is None:
                _log.error(
                    "The model %s failed on %s, and from now on the CPU runs what fails there: %s",
                    self._manifest.name,
                    self._session.provider,
                    one_line(error),
                )
                self._spare = self._on_the_cpu()
            return self._spare

    def _on_the_cpu(self) -> Session:
        """As the GPU's session is fed: bytes go into a network that was rewritten."""
        manifest = self._manifest
        if self._session.form is None:
            return open_session(manifest.path, "cpu", self._threads, free_sizes=manifest.free_sizes)
        return Session(sessions.opened(rewritten(manifest, half=False), "cpu", self._threads), "cpu")
