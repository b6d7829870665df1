"""Where events go beyond the live connections: the outbox, its dispatcher and the hooks it delivers to."""
