"""The models that ship, with manifest, card and recipe each, and the registry that finds and pulls others."""

from models.manifest import Crop, Decoder, Input, Manifest, ModelError, Prior, Task
from models.registry import all_shipped, find, shipped, verify

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
