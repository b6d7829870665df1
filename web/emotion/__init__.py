"""Microsoft's Emotion API as its clients know it: `/emotion/v1.0`."""
