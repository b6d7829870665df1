"""Rules: what to look for in summaries, readings and states, and the events that come of it."""
