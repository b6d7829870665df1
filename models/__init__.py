"""The models that ship, with manifest, card and recipe each, and the registry that finds and pulls others."""

import os

from models.manifest import Crop, Decoder, Input, Manifest, ModelError, Prior, Task
from models.registry import all_shipped, find, shipped, verify

# Before ONNX Runtime is imported, which from then on would report to Microsoft (its Privacy.md).
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__all__ = [
    "Crop",
    "Decoder",
    "Input",
    "Manifest",
    "ModelError",
    "Prior",
    "Task",
    "all_shipped",
    "find",
    "shipped",
    "verify",
]
