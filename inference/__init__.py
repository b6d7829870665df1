"""Frames in, readings out: the faces of a frame, followed over time, and their eight emotion scores."""

from inference.loaded_model import LoadedModel
from inference.reading import EMOTIONS, Box, Face, Point, Reading, Scores

__all__ = ["EMOTIONS", "Box", "Face", "LoadedModel", "Point", "Reading", "Scores"]
