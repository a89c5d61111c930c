"""What is due by the clock, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

# Whoever names the protocol loads none of the nouns: they are for the type checker only.
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jobctl.model.fire import DueSchedule, Recording
    from jobctl.model.run import Enqueued


class Schedules(Protocol):
    """What is due by the clock, and what became of it."""

    def due_schedules(self, now: datetime, limit: int) -> list[DueSchedule]:
        """Schedules with a nominal time at or before `now`, earliest first."""

    def boot_schedules(self, boot_id: str) -> list[DueSchedule]:
        """Schedules with `@reboot` that have not fired for this boot."""

    def start_schedules(self) -> list[DueSchedule]:
        """Schedules with `@start` of jobs that are enabled."""

    def forgotten_schedules(self) -> list[DueSchedule]:
        """Intervals from the end of a run whose coming fire an older program has taken for the last."""

    def next_fire_at(self) -> datetime | None:
        """The earliest coming fire of all schedules."""

    def record(self, recordings: Sequence[Recording], now: datetime) -> list[Enqueued]:
        """Write fires: each nominal time gets its run or its skipped record, once, and the cursors move.

        A paused schedule's fires become skipped/`paused`; overlap is decided by `decide.overlap` when
        a run is due.
        """
