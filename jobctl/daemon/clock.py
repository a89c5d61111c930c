"""The system clock: the only place that reads the time."""

from datetime import UTC, datetime


class SystemClock:
    """The machine's wall clock, in whole milliseconds."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        instant = datetime.now(UTC)
        return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
