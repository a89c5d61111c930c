"""Instants are aware UTC datetimes of whole milliseconds; stores keep them as epoch milliseconds."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
LATEST_MS = 253_402_300_799_999


@lru_cache(maxsize=4096)
def to_ms(instant: datetime) -> int:
    """Epoch milliseconds, rounded down.

    >>> to_ms(datetime(2026, 3, 8, 7, 0, 0, 250_999, tzinfo=UTC))
    1772953200250
    """
    return (instant - EPOCH) // MILLISECOND


@lru_cache(maxsize=4096)
def from_ms(ms: int) -> datetime:
    """The instant at `ms` epoch milliseconds.

    >>> from_ms(1772953200250)
    datetime.datetime(2026, 3, 8, 7, 0, 0, 250000, tzinfo=datetime.timezone.utc)
    """
    return EPOCH + timedelta(milliseconds=ms)


@lru_cache(maxsize=4096)
def near_ms(ms: int) -> datetime:
    """The instant at `ms` epoch milliseconds, or the nearest one within the years 1970 to 9999.

    What is read from a database goes through this: whoever wrote it, it can be shown and reckoned with.

    >>> near_ms(2**62).year, near_ms(-1).year
    (9999, 1970)
    """
    return from_ms(min(max(ms, 0), LATEST_MS))


def whole_ms(instant: datetime) -> datetime:
    """The instant without what a store cannot keep, rounded down.

    >>> whole_ms(datetime(2026, 3, 8, 7, 0, 0, 250_999, tzinfo=UTC)).microsecond
    250000
    """
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def iso(instant: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`, as every JSON answer shows instants.

    >>> iso(from_ms(1772953200250))
    '2026-03-08T07:00:00.250Z'
    """
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


@lru_cache(maxsize=1024)
def iso_seconds(instant: datetime) -> str:
    """ISO 8601 in UTC to the second, as a job finds instants in its environment.

    >>> iso_seconds(from_ms(1772953200250))
    '2026-03-08T07:00:00Z'
    """
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def on_clock(instant: datetime, tz: tzinfo | None) -> datetime:
    """An instant as a clock shows it (None: this machine's); in UTC where that clock has no such date any more.

    >>> from datetime import timezone
    >>> on_clock(datetime(9999, 12, 31, 23, tzinfo=UTC), timezone(timedelta(hours=9))).isoformat()
    '9999-12-31T23:00:00+00:00'
    """
    try:
        return instant.astimezone(tz)
    except OverflowError:
        return instant.astimezone(UTC)
