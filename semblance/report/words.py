"""Numbers, sizes and times as the report writes them."""

from __future__ import annotations

_UNITS = ("B", "kB", "MB", "GB", "TB")


def percent(share: float) -> str:
    """`<1 %` is little, and yet something."""
    if 0 < share <= 0.005:
        return "<1\N{NO-BREAK SPACE}%"
    return f"{share * 100:.0f}\N{NO-BREAK SPACE}%"


def score(value: float) -> str:
    return f"{value:.2f}"


def size(count: int) -> str:
    """Bytes, in the largest unit of which there is one."""
    amount, unit = float(count), 0
    while amount >= 999.5 and unit + 1 < len(_UNITS):
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.0f} {_UNITS[unit]}" if unit == 0 or amount >= 100 else f"{amount:.1f} {_UNITS[unit]}"


def duration(seconds: float) -> str:
    """In its two largest units."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def clock(seconds: float, tenths: bool = False) -> str:
    """A place in a recording: minutes and seconds, with hours where there are any."""
    units = round(seconds * 10) if tenths else round(seconds) * 10
    whole, tenth = divmod(units, 10)
    minutes = (
        f"{whole // 60 % 60}:{whole % 60:02}" if whole < 3600 else f"{whole // 60 % 60:02}:{whole % 60:02}"
    )
    hours = f"{whole // 3600}:" if whole >= 3600 else ""
    return f"{hours}{minutes}{f'.{tenth}' if tenths else ''}"


def count(number: int) -> str:
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def counted(number: int, one: str, many: str) -> str:
    return f"{count(number)} {one if number == 1 else many}"
