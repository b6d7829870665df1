"""The composition root: the command line, the settings, and the pipeline that wires the stages."""
