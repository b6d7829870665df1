"""Whether a model file has the inputs and outputs that its manifest names, of the right types and shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from models.manifest import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.manifest import Decoder, Input, Manifest

_TYPES = {"float32": "tensor(float)", "uint8": "tensor(uint8)"}
_HEADS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
_CELL = 15


class Port(Protocol):
    """An input or output as ONNX Runtime tells of it: "tensor(float)", and a text or `None` for a free side.

    A shape without sides is one that the file does not say.
    """

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def shape(self) -> Sequence[int | str | None]: ...


def check_fit(manifest: Manifest, inputs: Sequence[Port], outputs: Sequence[Port]) -> None:
    """Raise `ModelError` with the first thing about the file's inputs and outputs that the manifest has not.

    Sizes that the file fixes are no mistake where the manifest says `freeSizes`.
    """
    try:
        _check_input(manifest.input, inputs, freed=manifest.free_sizes)
        _check_outputs(manifest, outputs)
    except ValueError as error:
        raise ModelError(
            f"The model file {manifest.path} does not fit the manifest of {manifest.name}: {error}."
        ) from None


def _check_input(wanted: Input, inputs: Sequence[Port], *, freed: bool) -> None:
    port = _found(wanted.name, inputs, "input")
    if len(inputs) != 1:
        raise ValueError(f"it wants {len(inputs)} inputs ({_names(inputs)}), and only one is fed")
    if port.type != _TYPES[wanted.dtype]:
        raise ValueError(f"its input {port.name} is a {port.type}, not {_TYPES[wanted.dtype]}")
    if not port.shape:
        return
    if len(port.shape) != 4:
        raise ValueError(f"its input {port.name} has the shape {_shown(port.shape)}, not four sides")
    sides = dict(zip(wanted.layout, port.shape, strict=True))
    channels = 1 if wanted.colour == "grey" else 3
    if not _may_be(sides["C"], channels):
        raise ValueError(
            f"its input {port.name} has the shape {_shown(port.shape)}, "
            f"not {channels} channels ({wanted.colour}) in the layout {wanted.layout}"
        )
    if not freed:
        _check_sides(port, sides, wanted)


def _check_sides(port: Port, sides: dict[str, int | str | None], wanted: Input) -> None:
    for letter, name, side in (("W", "width", wanted.width), ("H", "height", wanted.height)):
        if side is None and isinstance(sides[letter], int):
            raise ValueError(
                f"the {name} of its input {port.name} is fixed to {sides[letter]}; "
                f'give the manifest that {name}, or "freeSizes": true where the network takes any'
            )
        if side is not None and not _may_be(sides[letter], side):
            raise ValueError(f"the {name} of its input {port.name} is {sides[letter]}, not {side}")
    if sides["N"] != 1 and isinstance(sides["N"], int):  # a model made for one is run for each
        raise ValueError(
            f'its input {port.name} takes {sides["N"]} at a time; "freeSizes": true makes it take any number'
        )


def _check_outputs(manifest: Manifest, outputs: Sequence[Port]) -> None:
    ports = [_found(name, outputs, "output") for name in manifest.outputs]
    if manifest.decoder is None:
        _check_ends(ports[0], len(manifest.labels), f"{len(manifest.labels)} labels")
        for port in ports[1:]:
            _check_ends(port, 1, "one number for each face")
        return
    for port, numbers in zip(ports, _numbers(manifest.decoder), strict=False):
        side = 1 if manifest.decoder.layout == "cells" else -1
        if port.shape and not any(_may_be(port.shape[side], number) for number in numbers):
            wanted = " or ".join(str(number) for number in numbers)
            raise ValueError(
                f"its output {port.name} has the shape {_shown(port.shape)}, "
                f"where the layout {manifest.decoder.layout} has {wanted} numbers"
            )


def _numbers(decoder: Decoder) -> list[tuple[int, ...]]:
    """How many numbers each output may have for one face, in their order."""
    match decoder.layout:
        case "cells":
            return [(_CELL,)] * len(decoder.strides)
        case "yunet":
            return [(count,) for count in _HEADS.values() for _ in decoder.strides]
        case "boxes":
            return [(4,)]  # scores may be (n, k), landmarks (n, k, 5, 2): their last side says nothing


def _check_ends(port: Port, count: int, what: str) -> None:
    if port.shape and not _may_be(port.shape[-1], count):
        raise ValueError(f"its output {port.name} has the shape {_shown(port.shape)}, not {what}")


def _found(name: str, ports: Sequence[Port], what: str) -> Port:
    for port in ports:
        if port.name == name:
            return port
    raise ValueError(f"it has no {what} {name!r}, but {_names(ports) or 'none'}")


def _may_be(side: int | str | None, wanted: int) -> bool:
    return side == wanted or not isinstance(side, int)


def _names(ports: Sequence[Port]) -> str:
    return ", ".join(repr(port.name) for port in ports)


def _shown(shape: Sequence[int | str | None]) -> str:
    return " x ".join(str(side or "any") for side in shape)
