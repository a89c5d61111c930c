"""Hours of the day in which something is allowed, on the wall of a zone."""

import re
from datetime import datetime, time, timedelta
from typing import NamedTuple

from jobctl.decide.time.zone import load, to_utc

_HOURS = re.compile(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*")
_MIDNIGHT = (24, 0)


class Hours(NamedTuple):
    """From `since` on, up to and without `until`; over midnight where `until` comes first."""

    since: time
    until: time


def parse_hours(text: str) -> Hours:
    """Hours as they are typed. Raises ValueError.

    >>> parse_hours("03:00-06:00"), parse_hours("22:30-24:00").until
    (Hours(since=datetime.time(3, 0), until=datetime.time(6, 0)), datetime.time(0, 0))
    """
    match = _HOURS.fullmatch(text)
    ends = [(int(hour), int(minute)) for hour, minute in (match.group(1, 2), match.group(3, 4))] if match else []
    if ends and ends[1] == _MIDNIGHT:
        ends[1] = (0, 0)
    if not ends or ends[0] == ends[1] or any(hour > 23 or minute > 59 for hour, minute in ends):
        raise ValueError(f'expected hours like 03:00-06:00, got "{text}"')
    return Hours(time(*ends[0]), time(*ends[1]))


def allowed_from(hours: Hours, zone: str, at: datetime) -> datetime:
    """The first instant at or after `at` that lies in the hours.

    >>> from datetime import UTC
    >>> night = parse_hours("03:00-06:00")
    >>> allowed_from(night, "Europe/Berlin", datetime(2026, 3, 8, 12, tzinfo=UTC)).isoformat()
    '2026-03-09T02:00:00+00:00'
    """
    wall = at.astimezone(load(zone))
    if _within(hours, wall.time()):
        return at
    opening = wall.replace(tzinfo=None, fold=0, **_clock(hours.since))
    found = to_utc(opening, zone)
    return found if found >= at else to_utc(opening + timedelta(days=1), zone)


def _within(hours: Hours, clock: time) -> bool:
    if hours.since < hours.until:
        return hours.since <= clock < hours.until
    return clock >= hours.since or clock < hours.until


def _clock(at: time) -> dict[str, int]:
    return {"hour": at.hour, "minute": at.minute, "second": 0, "microsecond": 0}
