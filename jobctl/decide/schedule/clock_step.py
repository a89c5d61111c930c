"""Tell the passing of time from a clock that was set, and from a host that slept."""

from datetime import datetime, timedelta

_SLACK = timedelta(seconds=1)


class ClockWatch:
    """Compares the wall clock with one that only ever goes on.

    >>> from datetime import UTC
    >>> noon, second = datetime(2026, 3, 8, 12, tzinfo=UTC), timedelta(seconds=1)
    >>> watch = ClockWatch(noon, 100 * second)
    >>> watch.step(noon + 5 * second, 105 * second), watch.step(noon + 3610 * second, 110 * second)
    (datetime.timedelta(0), datetime.timedelta(seconds=3600))
    """

    def __init__(self, now: datetime, steady: timedelta) -> None:
        self._origin = now - steady

    def step(self, now: datetime, steady: timedelta) -> timedelta:
        """By how much the wall clock has moved by itself since it last did; zero for less than a second."""
        by = now - steady - self._origin
        if abs(by) < _SLACK:
            return timedelta()
        self._origin += by
        return by
