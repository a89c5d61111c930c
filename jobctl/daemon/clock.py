"""The system clock: the only place that reads the time."""

from datetime import UTC, datetime

from jobctl.model.instant import whole_ms


class SystemClock:
    """The machine's wall clock, in whole milliseconds."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        return whole_ms(datetime.now(UTC))
