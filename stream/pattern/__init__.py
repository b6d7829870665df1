"""Rendered test pictures: drawn people whose expressions follow a known timeline."""

from stream.pattern.address import PatternAddress, parse_address
from stream.pattern.scene import Scene
from stream.pattern.timeline import Timeline

__all__ = ["PatternAddress", "Scene", "Timeline", "parse_address"]
