"""Loading a model: its file checked, opened and tried against what its manifest says."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from inference.candidates import LayoutError, check_shape
from inference.decode import decoder
from inference.decode_boxes import check_scores
from inference.device.accelerated import accelerated
from inference.device.form import shown
from inference.device.gate import Gate
from inference.device.rewriting import as_run
from inference.sessions import FAILURES, InferenceError, open_session
from inference.tensor import Tensor, rounded_up
from inference.wording import one_line
from models import verify
from models.fit import check_fit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from inference.options import Precision, Setting
    from inference.sessions import Session
    from models import Manifest

_USUAL = 512, 384
"""Of the shapes that a detector is warmed for, so that trying it on a GPU is no shape more."""

_log = logging.getLogger(__name__)


def load(
    manifest: Manifest,
    setting: Setting,
    threads: int,
    precision: Precision = "auto",
    gate: Gate | None = None,
) -> Session:
    """The model of a manifest, ready to run; `threads` count on the CPU only, `precision` on a GPU, where all
    that run side by side go through one `gate`.

    What the session takes may be other than what the manifest says: see `as_run`.

    Raises `ModelError` where the file is not the one that the manifest names, or has other inputs or outputs;
    `InferenceError` where it cannot be opened as `setting` wants, or answers otherwise than it should.
    """
    verify(manifest)
    gate = gate or Gate()
    session = accelerated(manifest, setting, precision, _sides(manifest), gate)
    if session is None:
        plainly: Setting = "cpu" if setting == "auto" else setting  # the GPU was tried, if there is one
        session = open_session(manifest.path, plainly, threads, gate, free_sizes=manifest.free_sizes)
        check_fit(manifest, session.inputs, session.outputs)
    _try(as_run(manifest, session), session)
    form = f" in {shown(session.form)}" if session.form else ""
    _log.info("%s %s runs on %s%s.", manifest.name, manifest.version, session.provider, form)
    return session


def _sides(manifest: Manifest) -> tuple[int, int]:
    """Width and height of a usual input."""
    wanted = manifest.input
    step = wanted.multiple_of or 32
    return wanted.width or rounded_up(_USUAL[0], step), wanted.height or rounded_up(_USUAL[1], step)


def _try(manifest: Manifest, session: Session) -> None:
    """Two blank pictures, the way pictures will come: a mistake must not wait for the first face."""
    width, height = _sides(manifest)
    try:
        outputs = session.run(Tensor(manifest.input, 2, width, height).values, manifest.outputs)
    except FAILURES as error:
        raise InferenceError(
            f"The model {manifest.name} does not run on two pictures of {width}x{height}: {one_line(error)} "
            'Where its file only declares fixed sizes, "freeSizes": true in its manifest frees them.'
        ) from error
    try:
        _check_outputs(manifest, outputs, (width, height))
    except LayoutError as error:
        raise InferenceError(
            f"The outputs of the model {manifest.name} are not what its manifest says: {error}."
        ) from error


def _check_outputs(manifest: Manifest, outputs: list[NDArray[np.float32]], sides: tuple[int, int]) -> None:
    for name, output in zip(manifest.outputs, outputs, strict=True):
        if output.shape[:1] != (2,):
            raise LayoutError(f"for two pictures {name} has the shape {output.shape}")
    if manifest.task == "face":
        decoder(manifest)(outputs, sides, 2, 0.5)
        if manifest.decoder is not None and manifest.decoder.layout == "boxes":
            check_scores(outputs)
        return
    check_shape(outputs[0], (2, len(manifest.labels)), "for two pictures, the output of logits")
    for output in outputs[1:]:
        check_shape(output, (2, 1), "for two pictures, the output of readability")
