"""What the CPU runs in a GPU's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from inference.device.accelerated import opened
from inference.device.form import Form
from inference.device.gate import Gate
from inference.device.spared import Spared
from inference.sessions import Session, open_session
from models import shipped

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

EMOTION = shipped("emotion")


class Failing(Session):
    """Runs out of memory in every other run."""

    runs = 0

    def run(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        self.runs += 1
        if self.runs % 2 == 0:
            raise RuntimeError("CUDA failure 2: out of memory")
        return super().run(batch, outputs)


@pytest.mark.parametrize("rewritten", [True, False])
def test_what_fails_on_the_gpu_the_cpu_runs_which_is_said_once(
    rewritten: bool, caplog: pytest.LogCaptureFixture
) -> None:
    form = Form(half=False, graphs=False)
    session = opened(EMOTION, "cpu", form, Gate()) if rewritten else open_session(EMOTION.path, "cpu", 1)
    session.__class__ = Failing
    network = Spared(session, EMOTION, 1)
    batch = np.full((2, 1, 48, 48), 100, np.uint8 if rewritten else np.float32)
    answers = [network.run(batch, EMOTION.outputs)[0] for _ in range(4)]
    for answer in answers:
        assert answer == pytest.approx(answers[0], abs=1e-4)
    assert [record.message for record in caplog.records] == [
        "The model semblance-emotion failed on cpu, and from now on the CPU runs what fails there: "
        "CUDA failure 2: out of memory"
    ]
