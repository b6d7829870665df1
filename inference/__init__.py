"""Frames in, readings out: the faces of a frame, followed over time, and their eight emotion scores."""

import os

from inference.loaded_model import LoadedModel
from inference.reading import EMOTIONS, Box, Face, Point, Reading, Scores

# Before ONNX Runtime is imported, which from then on would report to Microsoft (its Privacy.md).
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__all__ = ["EMOTIONS", "Box", "Face", "LoadedModel", "Point", "Reading", "Scores"]
