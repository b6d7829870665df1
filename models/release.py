"""Renews the manifest beside a model file that was trained anew."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from models.manifest_file import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def release(
    model: Path,
    version: str,
    *,
    inputs: str,
    outputs: Sequence[str],
    dtype: str = "float32",
    layout: str = "NCHW",
    prior: Mapping[str, float] | None = None,
) -> None:
    """Write the version, sha256, tensors and prior of `model` into `manifest.json` beside it.

    Raises `models.ModelError` where what comes out is no valid manifest.
    """
    path = model.with_name("manifest.json")
    entry = json.loads(path.read_text(encoding="utf-8"))
    entry |= {
        "version": version,
        "file": model.name,
        "sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        "outputs": list(outputs),
    }
    entry["input"] |= {"name": inputs, "dtype": dtype, "layout": layout}
    if prior is not None:
        entry["prior"]["training"] = dict(prior)
    path.write_text(json.dumps(entry, indent=2) + "\n", encoding="utf-8")
    read(path)
