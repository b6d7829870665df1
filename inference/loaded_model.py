"""A model in use, as the service tells of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """`provider` is the one ONNX Runtime really runs it on; `labels` are in the order of its outputs."""

    task: str
    name: str
    version: str
    sha256: str
    provider: str
    labels: tuple[str, ...]
