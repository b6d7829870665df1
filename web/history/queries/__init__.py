"""Questions to the recorded summaries: how far they reach, what answers them, in which portions."""
