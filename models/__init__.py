"""The models that ship, one folder each: weights, manifest, card and the recipe that trained them."""

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
