"""Durations in sentences and tables, as people say them."""

from datetime import timedelta

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def exactly(duration: timedelta) -> str:
    """A duration in a sentence, exact, in the largest unit that it is a whole number of.

    >>> [exactly(timedelta(seconds=s)) for s in (0, 0.25, 90, 1800, 7200)]
    ['0 s', '0.25 s', '90 s', '30 min', '2 h']
    """
    seconds = duration.total_seconds()
    for unit, size in (("h", _HOUR), ("min", _MINUTE)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:.16g} {unit}"
    return f"{seconds:.16g} s"


def span(duration: timedelta) -> str:
    """A duration in at most two units, rounded down.

    >>> [span(timedelta(seconds=s)) for s in (0.3, 12, 200, 3600, 44880, 100000, 2000000)]
    ['0 s', '12 s', '3 min', '1 h', '12 h 28', '1 d 3 h', '23 d']
    """
    seconds = max(0, int(duration.total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        minutes = seconds % _HOUR // _MINUTE
        return f"{seconds // _HOUR} h {minutes:02d}" if minutes else f"{seconds // _HOUR} h"
    hours = seconds % _DAY // _HOUR
    return f"{seconds // _DAY} d {hours} h" if hours and seconds < 10 * _DAY else f"{seconds // _DAY} d"
