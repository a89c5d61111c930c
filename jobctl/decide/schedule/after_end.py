"""An interval that counts from the end of a job's last run: when it fires, decided when that is looked at.

What is stored as the next fire is never later than the true one: a run that has not ended at `now` ends at `now` or
later, so that nothing fires before `now` and the interval. It is enough to look again then, and nothing has to be
written where runs end.
"""

from datetime import datetime, timedelta

from jobctl.decide.schedule.fire import jitter_for
from jobctl.decide.schedule.missed import made_up
from jobctl.model.fire import Fire, Fires, LastRun
from jobctl.model.job import Schedule
from jobctl.model.run import Missed


def first_after(schedule: Schedule, interval: timedelta, now: datetime) -> datetime | None:
    """The first fire that may come of a schedule that begins, or goes on, at `now`."""
    return _within(schedule, now + interval)


def coming(schedule: Schedule, interval: timedelta, last: LastRun, now: datetime) -> datetime | None:
    """The next nominal time as far as it is known at `now`; while a run is under way the earliest that it can be."""
    if last.under_way:
        return _within(schedule, now + interval)
    ended = last.next_at if last.ended_at is None else max(last.next_at, last.ended_at + interval)
    return _within(schedule, ended)


def known(schedule: Schedule, interval: timedelta, last: LastRun) -> datetime | None:
    """The next nominal time as it can be told: while a run is under way nobody knows it."""
    return None if last.under_way else coming(schedule, interval, last, last.next_at)


def decide_after_end(
    schedule: Schedule, job: str, interval: timedelta, last: LastRun, on_duty_since: datetime, now: datetime
) -> Fires:
    """The nominal time that has come up to `now`, if one has: at most one, since the next hangs on the end of its run.

    It is made up for or missed as any other. `last` also says up to when the past is decided.
    """
    until = max(last.cursor_at, now)
    at = coming(schedule, interval, last, now)
    if at is None or at > now or last.under_way:
        return Fires((), (), until, at)
    next_at = _within(schedule, now + interval)
    late = at < on_duty_since
    if late and (schedule.catchup == "none" or at < now - schedule.catchup_window):
        return Fires((), (Missed(at, at, 1),), until, next_at)
    fire = made_up(schedule, job, at, now) if late else Fire(at, at + jitter_for(schedule, job, at))
    return Fires((fire,), (), until, next_at)


def pass_over_after_end(
    schedule: Schedule, interval: timedelta, last: LastRun, until: datetime, *, paused: bool
) -> Fires:
    """The schedule goes on from `until`: a nominal time that has come by then is not made up for."""
    at = coming(schedule, interval, last, until)
    next_at = _within(schedule, until + interval)
    if at is None or at > until or last.under_way:
        return Fires((), (), until, next_at)
    return (
        Fires((Fire(at, at, True),), (), until, next_at) if paused else Fires((), (Missed(at, at, 1),), until, next_at)
    )


def _within(schedule: Schedule, at: datetime) -> datetime | None:
    """No earlier than the schedule's start; None after its end."""
    found = at if schedule.start is None else max(at, schedule.start)
    return None if schedule.end is not None and found > schedule.end else found
