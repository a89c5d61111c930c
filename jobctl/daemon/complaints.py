"""Trouble that lasts is told at a bounded rate."""

import logging
from datetime import datetime, timedelta

from jobctl.daemon.journal import LOGGER

EVERY = timedelta(seconds=30)
_log = logging.getLogger(LOGGER)


class Complaints:
    """Logs each message at most once in half a minute."""

    def __init__(self) -> None:
        self._told_at: dict[str, datetime] = {}

    def tell(self, message: str, hint: str | None, now: datetime) -> None:
        """Log an error and its hint, unless that was done a moment ago."""
        told_at = self._told_at.get(message)
        if told_at is not None and told_at <= now < told_at + EVERY:
            return
        self._told_at = {m: at for m, at in self._told_at.items() if now < at + EVERY}
        self._told_at[message] = now
        _log.error("%s%s", message, f" (hint: {hint})" if hint else "")
