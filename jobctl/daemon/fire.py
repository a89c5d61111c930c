"""The fire loop: due schedules become records, each nominal time exactly one."""

import logging
from datetime import datetime, timedelta

from jobctl.daemon.journal import LOGGER
from jobctl.decide.fire import next_fire
from jobctl.decide.missed import decide_fires
from jobctl.model.fire import DueSchedule, Fire, Fires, Recording
from jobctl.model.run import Enqueued
from jobctl.store.protocol import Store

BATCH = 1000
LAPSE = timedelta(seconds=5)
_log = logging.getLogger(LOGGER)


class FireLoop:
    """Turns nominal times into runs. `on_duty_since` is when somebody began to watch the clock without a lapse."""

    def __init__(self, store: Store, on_duty_since: datetime, boot: str, booted_at: datetime) -> None:
        self._store = store
        self._on_duty_since = on_duty_since
        self._last_tick_at = on_duty_since
        self._wake_at: datetime | None = on_duty_since
        self._boot: tuple[str, datetime] | None = (boot, booted_at)

    def wake(self) -> None:
        """Schedules may have changed: look again at the next tick."""
        self._wake_at = self._last_tick_at

    def tick(self, now: datetime) -> datetime | None:
        """Record what is due at `now`; when the next fire comes."""
        self._notice_lapse(now)
        if self._boot is not None:
            self._record_reboots(*self._boot, now)
        if self._wake_at is not None and now >= self._wake_at:
            self._record_due(now)
            self._wake_at = self._store.next_fire_at()
        return self._wake_at

    def _notice_lapse(self, now: datetime) -> None:
        """A suspend, a stop or a step of the clock forward: nobody watched in between. A step back changes nothing."""
        if now - self._last_tick_at > LAPSE:
            _log.warning("the clock went on by %s unwatched", now - self._last_tick_at)
            self._on_duty_since = now
        self._last_tick_at = now

    def _record_due(self, now: datetime) -> None:
        while due := self._store.due_schedules(now, BATCH):
            recordings = [self._decide(schedule, now) for schedule in due]
            _tell(self._store.record(recordings, now))
            if len(due) < BATCH:
                return

    def _decide(self, schedule: DueSchedule, now: datetime) -> Recording:
        job = schedule.job
        fires = decide_fires(job.schedule, job.name, schedule.cursor_at, self._on_duty_since, now)
        return Recording(schedule, fires, schedule.booted)

    def _record_reboots(self, boot: str, booted_at: datetime, now: datetime) -> None:
        due = self._store.boot_schedules(boot)
        _tell(self._store.record([_reboot(schedule, boot, booted_at) for schedule in due], now))
        self._boot = None


def _reboot(schedule: DueSchedule, boot: str, booted_at: datetime) -> Recording:
    """The fire of a boot, for a job deployed before it; the schedule's own times stay as they are."""
    due = (Fire(booted_at, booted_at),) if schedule.deployed_at < booted_at else ()
    next_at = next_fire(schedule.job.schedule, schedule.job.name, schedule.cursor_at)
    return Recording(schedule, Fires(due, (), schedule.cursor_at, next_at), boot)


def _tell(records: list[Enqueued]) -> None:
    for record in records:
        if record.state == "skipped":
            facts = {"run_id": record.run_id, "job": record.job, "reason": record.reason}
            _log.info("fire skipped", extra={"facts": facts})
