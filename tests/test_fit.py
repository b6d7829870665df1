"""A file's inputs and outputs held against a manifest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import pytest

from models import Decoder, Manifest, ModelError
from models.fit import check_fit
from tests.networks import manifest

Shape: TypeAlias = tuple[int | str | None, ...]


@dataclass(frozen=True)
class Port:
    name: str
    shape: Shape = ()
    type: str = "tensor(float)"


EMOTION = manifest("emotion")
FACE = replace(manifest("face"), decoder=Decoder("cells", (8, 16, 32), None, relative=False, overlap=0.45))
ANY_FACE = Port("input", ("n", 3, "h", "w"))
CELLS = tuple(Port(name, ("n", 15, "h", "w")) for name in ("s8", "s16", "s32"))
FACES = Port("x", ("n", 1, 48, 48))
LOGITS = Port("y", ("n", 8))


def mistake(wanted: Manifest, inputs: tuple[Port, ...], outputs: tuple[Port, ...]) -> str:
    with pytest.raises(ModelError, match="does not fit the manifest of made-up") as told:
        check_fit(wanted, inputs, outputs)
    return str(told.value)


def test_what_fits_is_let_through() -> None:
    check_fit(EMOTION, (FACES,), (LOGITS,))
    check_fit(FACE, (ANY_FACE,), CELLS)
    check_fit(EMOTION, (Port("x"),), (Port("y"),))  # a file need not say its shapes


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((Port("z", FACES.shape),), "it has no input 'x', but 'z'"),
        ((), "it has no input 'x', but none"),
        ((FACES, Port("mask")), "it wants 2 inputs ('x', 'mask'), and only one is fed"),
        ((replace(FACES, type="tensor(double)"),), "its input x is a tensor(double), not tensor(float)"),
        ((Port("x", (1, 48, 48)),), "its input x has the shape 1 x 48 x 48, not four sides"),
        ((Port("x", ("n", 3, 48, 48)),), "the shape n x 3 x 48 x 48, not 1 channels (grey)"),
        ((Port("x", (None, 48, 48, 1)),), "any x 48 x 48 x 1, not 1 channels (grey) in the layout NCHW"),
        ((Port("x", ("n", 1, 48, 64)),), "the width of its input x is 64, not 48"),
        ((Port("x", (16, 1, 48, 48)),), 'takes 16 at a time; "freeSizes": true'),
    ],
)
def test_another_input_is_told(given: tuple[Port, ...], said: str) -> None:
    assert said in mistake(EMOTION, given, (LOGITS,))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (Port("z", LOGITS.shape), "it has no output 'y', but 'z'"),
        (Port("y", ("n", 7)), "its output y has the shape n x 7, not 8 labels"),
    ],
)
def test_another_output_is_told(given: Port, said: str) -> None:
    assert said in mistake(EMOTION, (FACES,), (given,))


def test_a_classifier_may_say_how_readable_a_face_is_by_one_number() -> None:
    wanted = replace(EMOTION, outputs=("y", "readability"))
    check_fit(wanted, (FACES,), (LOGITS, Port("readability", ("n", 1))))
    told = mistake(wanted, (FACES,), (LOGITS, Port("readability", ("n", 2))))
    assert "its output readability has the shape n x 2, not one number for each face" in told


def test_sizes_that_the_file_fixes_are_told_unless_the_manifest_frees_them() -> None:
    fixed = Port("input", (1, 3, 640, 640))
    told = mistake(FACE, (fixed,), CELLS)
    assert (
        'the width of its input input is fixed to 640; give the manifest that width, or "freeSizes"' in told
    )
    check_fit(replace(FACE, free_sizes=True), (fixed,), CELLS)


def test_a_model_made_for_one_picture_at_a_time_fits() -> None:
    check_fit(EMOTION, (Port("x", (1, 1, 48, 48)),), (Port("y", (1, 8)),))


@pytest.mark.parametrize(
    ("decoder", "shapes", "said"),
    [
        (Decoder("cells", (8,), None, relative=False, overlap=0.5), ((1, 16, 9, 9),), "layout cells has 15"),
        (
            Decoder("yunet", (8,), None, relative=False, overlap=0.3),
            ((1, 99, 1), (1, 99, 1), (1, 99, 4), (1, 99, 8)),
            "output d has the shape 1 x 99 x 8, where the layout yunet has 10 numbers",
        ),
        (
            Decoder("boxes", (), "corners", relative=True, overlap=0.3),
            ((1, 99, 5), (1, 99, 2)),
            "output a has the shape 1 x 99 x 5, where the layout boxes has 4 numbers",
        ),
    ],
)
def test_outputs_of_another_layout_are_told(decoder: Decoder, shapes: tuple[Shape, ...], said: str) -> None:
    ports = tuple(Port(name, shape) for name, shape in zip("abcd", shapes, strict=False))
    wanted = replace(FACE, decoder=decoder, outputs=tuple(port.name for port in ports))
    assert said in mistake(wanted, (ANY_FACE,), ports)
