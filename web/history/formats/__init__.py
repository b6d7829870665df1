"""The forms an answer comes in: JSON, JSON lines, CSV, Parquet, the Emotion API's fragments."""
