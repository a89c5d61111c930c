"""What a clock is; the only real one lives in `jobctl.daemon.clock`."""

from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time. Everything below the daemon and the command line takes `now` instead."""

    def now(self) -> datetime:
        """The present instant: aware, UTC, whole milliseconds."""
        ...

    def steady(self) -> timedelta:
        """The time since some instant, whatever the clock is set to; it stands still while the host sleeps."""
        ...
