"""What writes summaries, or what they come to step by step, in any form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from web.history.formats.form import encoder
from web.history.formats.fragments import Fragments
from web.history.formats.step_sheet import StepSheet
from web.history.formats.summary_sheet import SummarySheet

if TYPE_CHECKING:
    from web.history.formats.form import Form
    from web.history.formats.sheet import Encoder
    from web.history.queries.reach import Reach

Rows: TypeAlias = np.ndarray[Any, np.dtype[np.void]]
"""Of summaries or of steps."""


def summary_encoder(form: Form, reach: Reach, interval: int, step: int | None) -> Encoder[Rows]:
    """`interval` (of the window, 0: not known) and `step` (`None`: each summary) in microseconds."""
    if form == "emotion-api":
        return Fragments(step or interval)
    if step is not None:
        return encoder(form, StepSheet(reach.stream, reach.window))
    return encoder(form, SummarySheet(reach.stream, reach.window))
