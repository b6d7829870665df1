"""The models that ship, one folder each: weights, manifest, card and the recipe that trained them."""

from models.manifest import Crop, Input, Manifest, ModelError, Prior, Task
from models.registry import all_shipped, shipped, verify

__all__ = ["Crop", "Input", "Manifest", "ModelError", "Prior", "Task", "all_shipped", "shipped", "verify"]
