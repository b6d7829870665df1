"""How many streams and windows fit a terminal, and how much of each is shown."""

from __future__ import annotations

from dataclasses import dataclass

PANEL_WIDTH = 36
"""Cells that the bars of one window need at least."""

PANEL_HEIGHT = 10
"""A line that says what came out, one of headings, and the eight bars."""

CARD_HEAD = 2
"""A stream's name and state, and its figures or what is wrong."""

WIDEST = 120
"""Beyond this a bar only gets longer."""


@dataclass(frozen=True, slots=True)
class Cards:
    """Full bars: so many streams beside each other, of each so many windows in all and beside each other."""

    across: int
    windows: int
    beside: int

    def height(self) -> int:
        """Lines of one card, without the empty one below it."""
        return CARD_HEAD + PANEL_HEIGHT * -(-self.windows // self.beside)


@dataclass(frozen=True, slots=True)
class Lines:
    """A line for each of so many windows of a stream, from the stream numbered `first` on; `streams` fit."""

    first: int
    streams: int
    windows: int


def arranged(streams: int, windows: int, width: int, height: int, first: int = 0) -> Cards | Lines:
    """What shows most: all windows rather than the first alone, long bars rather than short ones."""
    for shown in dict.fromkeys((windows, 1)):
        for across in range(1, max(1, min(streams, width // PANEL_WIDTH)) + 1):
            card = min(width // across, WIDEST)
            beside = max(1, min(shown, card // PANEL_WIDTH))
            cards = Cards(across, shown, beside)
            rows = -(-streams // across)
            if card >= min(PANEL_WIDTH, width) and rows * (cards.height() + 1) - 1 <= height:
                return cards
    lines = max(1, height - 1)  # below the headings
    if streams * windows <= lines:
        return Lines(0, streams, windows)
    return Lines(max(0, min(first, streams - lines)), lines, 1)
