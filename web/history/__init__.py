"""What the service remembers beyond its memory: summaries, events, markers, deliveries, in a database."""
