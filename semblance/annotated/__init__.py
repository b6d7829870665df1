"""The copy of an analysed video that shows what was read: boxes, emotions and a small timeline drawn in."""
