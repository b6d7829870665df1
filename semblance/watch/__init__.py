"""`semblance watch`: what a running service says, in the terminal or as lines."""
