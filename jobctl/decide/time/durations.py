"""Durations, instants, sizes and rates as people type them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from jobctl.decide.bounds import LATEST, LONGEST, instant_problem
from jobctl.model.instant import EPOCH, MILLISECOND, whole_ms

# `jobctl enqueue --in` reads this module: what it does not need is imported where it is used.
if TYPE_CHECKING:
    from jobctl.model.job import Rate

_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
# Blanks are taken for good (`*+`): else many of them would be tried in every way that they can be shared out.
_DURATION = re.compile(
    r"(?:(\d+)w)?\s*+(?:(\d+)d)?\s*+(?:(\d+)h)?\s*+(?:(\d+)m(?!s))?\s*+(?:(\d+(?:\.\d+)?)s)?\s*+(?:(\d+)ms)?", re.ASCII
)
_SECONDS = LONGEST // timedelta(seconds=1)
_SIZE = re.compile(r"(\d+)\s*([KMGT]?)(?:i?B)?", re.ASCII | re.IGNORECASE)
_RATE = re.compile(r"(\d+)\s*/\s*(s|min|h|day)", re.ASCII)
_PER = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "day": timedelta(days=1),
}


def parse_duration(text: str | int) -> timedelta:
    """A duration such as `90s`, `2h30m`, `1d`, `500ms`; a bare integer is seconds.

    >>> parse_duration("2h30m"), parse_duration(90)
    (datetime.timedelta(seconds=9000), datetime.timedelta(seconds=90))
    >>> parse_duration("soon")
    Traceback (most recent call last):
    ValueError: expected a duration like 90s or 2h30m, got "soon"
    """
    if isinstance(text, int) and not -_SECONDS <= text <= _SECONDS:
        raise ValueError("expected a duration of at most 100 years, got a number of seconds beyond that")
    plain = str(text).strip()
    complaint = f'expected a duration like 90s or 2h30m, got "{_shortened(plain)}"'
    if isinstance(text, bool):
        raise ValueError(complaint)
    match = _DURATION.fullmatch(plain + "s" if plain.isascii() and plain.isdigit() else plain)
    if not match or not any(match.groups()):
        raise ValueError(complaint)
    weeks, days, hours, minutes, seconds, milliseconds = (float(part or 0) for part in match.groups())
    try:
        found = timedelta(
            weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds, milliseconds=milliseconds
        )
    except OverflowError:
        found = timedelta.max
    if found > LONGEST:
        raise ValueError(f'expected a duration of at most 100 years, got "{_shortened(plain)}"')
    return found


def format_duration(duration: timedelta) -> str:
    """The shortest form that `parse_duration` reads back; milliseconds only show below a minute.

    >>> [format_duration(timedelta(seconds=s)) for s in (0, 0.25, 12, 90, 9000, 93_784)]
    ['0s', '250ms', '12s', '1m30s', '2h30m', '1d2h3m4s']
    """
    if duration < timedelta(0):
        return "-" + format_duration(-duration)
    left = duration // MILLISECOND
    if left >= _UNITS["m"]:
        left -= left % _UNITS["s"]
    text = ""
    for unit in ("d", "h", "m", "s", "ms"):
        count, left = divmod(left, _UNITS[unit])
        text += f"{count}{unit}" if count else ""
    return text or "0s"


def parse_instant(text: str, zone: str) -> datetime:
    """An ISO 8601 date or date and time, as a UTC instant of whole milliseconds.

    Without an offset it is wall-clock time in `zone`: a time that does not exist there is the first instant after the
    gap, a time that comes twice is the first. A bare date is its midnight.

    >>> parse_instant("2026-03-08 02:30", "America/New_York").isoformat()
    '2026-03-08T07:00:00+00:00'
    >>> parse_instant("2026-03-08T02:30:00Z", "America/New_York").isoformat()
    '2026-03-08T02:30:00+00:00'
    """
    try:
        read = datetime.fromisoformat(text.strip())
        instant = _in_zone(read, zone) if read.tzinfo is None else read.astimezone(UTC)
    except OverflowError:
        raise ValueError(f'expected an instant within the years 1970 to 9999, got "{_shortened(text)}"') from None
    except ValueError as error:
        raise ValueError(
            f'expected an instant like 2026-03-08T02:30 or 2026-03-08T02:30Z, got "{_shortened(text)}"'
        ) from error
    wrong = instant_problem(whole_ms(instant))
    if wrong is not None:
        raise ValueError(f'expected an instant within the years 1970 to 9999, got "{_shortened(text)}"')
    return whole_ms(instant)


def _in_zone(wall: datetime, zone: str) -> datetime:
    """The instant of a wall-clock time; the first and the last day that there is are there in every zone."""
    from jobctl.decide.time.zone import to_utc

    if wall.year < EPOCH.year:
        return wall.replace(tzinfo=UTC)
    try:
        return min(max(to_utc(wall, zone), EPOCH), LATEST)
    except OverflowError:
        return LATEST


def parse_size(text: str | int) -> int:
    """Bytes: a bare integer, or with K, M, G, T as powers of 1024 (as systemd and compose read them).

    >>> parse_size("512M"), parse_size("1G"), parse_size(4096)
    (536870912, 1073741824, 4096)
    """
    match = None if isinstance(text, bool) else _SIZE.fullmatch(str(text).strip())
    if not match:
        raise ValueError(f'expected a size like 512M or 1G, got "{text}"')
    power: int = 1024 ** " KMGT".index(match[2].upper() or " ")
    return int(match[1]) * power


def parse_rate(text: str) -> Rate:
    """A rate of starts: `N/s`, `N/min`, `N/h` or `N/day`, with N at least 1.

    >>> parse_rate("10/min")
    Rate(count=10, per=datetime.timedelta(seconds=60))
    """
    from jobctl.model.job import Rate

    match = _RATE.fullmatch(str(text).strip())
    if not match or int(match[1]) < 1:
        raise ValueError(f'expected a rate like 10/min (per s, min, h or day), got "{text}"')
    return Rate(int(match[1]), _PER[match[2]])


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
