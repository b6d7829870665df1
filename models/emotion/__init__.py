"""The classifier of apparent emotions: weights, manifest, card, and the recipe that trained it."""
