"""The face detector: weights, manifest, card, and the recipe that trained it."""
