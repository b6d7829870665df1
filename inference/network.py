"""What detector and classifier need of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray


class Network(Protocol):
    """A model that can be run. Implemented by `inference.sessions.Session`."""

    @property
    def on_gpu(self) -> bool:
        """Whether each new shape of input is paid for, so that batches had better be padded to known ones."""
        ...

    def run(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        """The outputs of these names for one batch. May be called from several threads at a time."""
        ...
