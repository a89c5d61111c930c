"""The system clock: the only place that reads the time."""

import time
from datetime import UTC, datetime, timedelta

from jobctl.model.instant import whole_ms


class SystemClock:
    """The machine's wall clock, in whole milliseconds."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        return whole_ms(datetime.now(UTC))

    def steady(self) -> timedelta:
        """The kernel's monotonic clock."""
        return timedelta(seconds=time.monotonic())
