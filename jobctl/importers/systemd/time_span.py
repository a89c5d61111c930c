"""Time spans as systemd writes them."""

import re
from datetime import timedelta

from jobctl.decide.time.durations import format_duration

_LONGEST = timedelta(days=36_525)
_UNITS = {
    "us": ("us", "usec", "µs", "μs"),
    "ms": ("ms", "msec"),
    "s": ("s", "sec", "second", "seconds", ""),
    "m": ("m", "min", "minute", "minutes"),
    "h": ("h", "hr", "hour", "hours"),
    "d": ("d", "day", "days"),
    "w": ("w", "week", "weeks"),
    "M": ("M", "month", "months"),
    "y": ("y", "year", "years"),
}
_SECONDS = {
    "us": 1e-6,
    "ms": 1e-3,
    "s": 1,
    "m": 60,
    "h": 3600,
    "d": 86_400,
    "w": 604_800,
    "M": 2_629_800,
    "y": 31_557_600,
}
_SIZE = {name: _SECONDS[unit] for unit, names in _UNITS.items() for name in names}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-zµμ]*)\s*")


def read_span(text: str) -> timedelta | None:
    """A time span; None for `infinity`. A bare number is seconds. Raises ValueError.

    >>> read_span("1h 30min"), read_span("90"), read_span("infinity")
    (datetime.timedelta(seconds=5400), datetime.timedelta(seconds=90), None)
    """
    if text.strip() == "infinity":
        return None
    seconds = 0.0
    position = 0
    stripped = text.strip()
    while match := _PART.match(stripped, position):
        if match[2] not in _SIZE:
            break
        seconds += float(match[1]) * _SIZE[match[2]]
        position = match.end()
    if not stripped or position < len(stripped):
        raise ValueError(f"`{text}` is no time span")
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        return None


def catalog_duration(text: str) -> str | None:
    """A time span as a catalog writes it; None where there is no bound, or nothing is left of it. Raises ValueError.

    >>> catalog_duration("1h 30min"), catalog_duration("infinity"), catalog_duration("0")
    ('1h30m', None, None)
    """
    span = read_span(text)
    if not span or span > _LONGEST or span < timedelta(milliseconds=1):
        return None
    return format_duration(span)
