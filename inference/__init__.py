"""Frames in, readings out: the faces of a frame, followed over time, and their eight emotion scores."""

import models  # noqa: F401 - keeps ONNX Runtime, which is imported after it, from reporting
from inference.loaded_model import LoadedModel
from inference.reading import EMOTIONS, Box, Face, Point, Reading, Scores

__all__ = ["EMOTIONS", "Box", "Face", "LoadedModel", "Point", "Reading", "Scores"]
