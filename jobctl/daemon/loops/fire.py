"""The fire loop: due schedules become records, each nominal time exactly one."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from jobctl.daemon.journal import LOGGER, with_facts
from jobctl.decide.bounds import LATEST
from jobctl.decide.lease import LEASE
from jobctl.decide.schedule.after_end import decide_after_end, first_after
from jobctl.decide.schedule.fire import next_fire
from jobctl.decide.schedule.missed import decide_fires
from jobctl.decide.time.durations import format_duration
from jobctl.model.errors import UsageError
from jobctl.model.fire import DueSchedule, Fire, Fires, Recording
from jobctl.model.job import UnreadableJob
from jobctl.model.run import Enqueued
from jobctl.store.protocols.schedules import Schedules

BATCH = 1000
AGAIN = timedelta(minutes=1)
_APPLY = "`jobctl apply` with its catalog writes it anew"
_log = logging.getLogger(LOGGER)


class FireLoop:
    """Turns nominal times into runs. `on_duty_since` is when somebody began to watch the clock without a lapse.

    `started_at` is when this daemon started, if it found no other alive.
    """

    def __init__(
        self,
        schedules: Schedules,
        on_duty_since: datetime,
        boot: str,
        booted_at: datetime,
        started_at: datetime | None = None,
    ) -> None:
        self._schedules = schedules
        self._on_duty_since = on_duty_since
        self._last_tick_at: datetime | None = None
        self._look = True
        self._first = True
        self._wake_at: datetime | None = None
        self._boot: tuple[str, datetime] | None = (boot, booted_at)
        self._started_at = started_at

    def wake(self) -> None:
        """Schedules may have changed: look again at the next tick."""
        self._look = True

    def tick(self, now: datetime) -> datetime | None:
        """Record what is due at `now`; when the next fire comes."""
        self._notice_lapse(now)
        if self._boot is not None:
            self._record_reboots(*self._boot, now)
        if self._started_at is not None:
            self._record_start(self._started_at, now)
        if self._first:
            self._remember(now)
        if self._look or (self._wake_at is not None and now >= self._wake_at):
            self._record_due(now)
            coming = self._schedules.next_fire_at()
            # What is due and was not decided just now belongs to nobody: a look now and then is enough.
            self._wake_at = coming if coming is None or coming > now else now + AGAIN
            self._look = False
        return self._wake_at

    def _notice_lapse(self, now: datetime) -> None:
        """A suspend, a stop or a step of the clock forward: nobody watched in between.

        It has to be as long as the silence after which others hold a daemon for dead: a shorter one may be a busy
        machine. After a step back the daemon is on duty in the time that comes again.
        """
        last, self._last_tick_at = self._last_tick_at, now
        if last is not None and now - last > LEASE:
            _log.warning("the clock went on by %s unwatched", format_duration(now - last))
            self._on_duty_since = now
        self._on_duty_since = min(self._on_duty_since, now)

    def _record_due(self, now: datetime) -> None:
        """Until nothing is due: what has moved since it was read, by the end of a pause too, is read again."""
        while due := self._schedules.due_schedules(now, BATCH):
            recordings = [self._decide(schedule, now) for schedule in due]
            _tell(self._schedules.record(recordings, now))

    def _decide(self, schedule: DueSchedule, now: datetime) -> Recording:
        job = schedule.job
        if isinstance(job, UnreadableJob):
            _log.error("job `%s` cannot fire: %s (hint: %s)", job.name, job.unreadable, _APPLY)
            return Recording(schedule, Fires((), (), schedule.cursor_at, now + AGAIN), schedule.booted)
        lost = schedule.cursor_at >= LATEST
        if lost:
            _log.error("nobody can tell how far the schedule of job `%s` has come: it goes on from now", job.name)
        try:
            fires = self._fires(replace(schedule, cursor_at=now) if lost else schedule, now)
        except UsageError as error:
            # It could be read when it was deployed: its zone has gone from the tz data. It waits; others fire.
            _log.error("job `%s` cannot fire: %s (hint: %s)", job.name, error, error.hint)
            fires = Fires((), (), schedule.cursor_at, now + AGAIN)
        return Recording(schedule, fires, schedule.booted)

    def _fires(self, due: DueSchedule, now: datetime) -> Fires:
        schedule, name = due.job.schedule, due.job.name
        if due.last is not None and schedule.after_end is not None:
            return decide_after_end(schedule, name, schedule.after_end, due.last, self._on_duty_since, now)
        return decide_fires(schedule, name, due.cursor_at, self._on_duty_since, now)

    def _record_reboots(self, boot: str, booted_at: datetime, now: datetime) -> None:
        while due := self._schedules.boot_schedules(boot):
            _tell(self._schedules.record([_reboot(schedule, boot, booted_at) for schedule in due], now))
        self._boot = None

    def _record_start(self, started_at: datetime, now: datetime) -> None:
        """Once: a crash before it is followed by a start of its own."""
        recordings = [_start(schedule, started_at) for schedule in self._schedules.start_schedules()]
        _tell(self._schedules.record(recordings, now))
        self._started_at = None

    def _remember(self, now: datetime) -> None:
        """Once: let what an older daemon has brought to a stop, for it did not know such schedules, go on."""
        _tell(self._schedules.record([_going_on(schedule) for schedule in self._schedules.forgotten_schedules()], now))
        self._first = False


def _going_on(due: DueSchedule) -> Recording:
    """From where the schedule stands. One that is over stays so."""
    schedule, cursor_at = due.job.schedule, due.cursor_at
    next_at = None if schedule.after_end is None else first_after(schedule, schedule.after_end, cursor_at)
    return Recording(due, Fires((), (), cursor_at, next_at), due.booted)


def _start(schedule: DueSchedule, started_at: datetime) -> Recording:
    """The fire of a daemon's start; the schedule's own times stay as they are."""
    next_at = next_fire(schedule.job.schedule, schedule.job.name, schedule.cursor_at)
    return Recording(schedule, Fires((Fire(started_at, started_at),), (), schedule.cursor_at, next_at), schedule.booted)


def _reboot(schedule: DueSchedule, boot: str, booted_at: datetime) -> Recording:
    """The fire of a boot, for a job deployed before it; the schedule's own times stay as they are."""
    readable = not isinstance(schedule.job, UnreadableJob)
    due = (Fire(booted_at, booted_at),) if readable and schedule.deployed_at < booted_at else ()
    try:
        next_at = next_fire(schedule.job.schedule, schedule.job.name, schedule.cursor_at) if readable else booted_at
    except UsageError:
        next_at = booted_at
    return Recording(schedule, Fires(due, (), schedule.cursor_at, next_at), boot)


def _tell(records: list[Enqueued]) -> None:
    for record in records:
        if record.state == "skipped":
            facts = with_facts(run_id=record.run_id, job=record.job, reason=record.reason)
            _log.info("fire skipped", extra=facts)
