"""Promising runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

# Whoever names the protocol loads none of the nouns: they are for the type checker only.
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jobctl.model.run import Enqueued, Request
    from jobctl.store.values import Attendance


class Enqueueing(Protocol):
    """Promising runs."""

    def enqueue(self, requests: Sequence[Request], now: datetime) -> list[Enqueued]:
        """Promise runs, all or none. Uniqueness is decided here, and for those due now overlap (`decide.overlap`)."""

    def attendance(self, queue: str, now: datetime) -> Attendance:
        """Whether a run in a queue can expect to be started; foreground daemons and those that are stopping do not
        count."""
