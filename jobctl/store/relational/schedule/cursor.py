"""Schedules that go on from another moment: new, changed, retired, resumed.

Times that are passed over in this way leave their records too: they are never made up for.
"""

from datetime import datetime
from typing import NamedTuple

from jobctl.decide.bounds import LATEST
from jobctl.decide.schedule.after_end import first_after, pass_over_after_end
from jobctl.decide.schedule.fire import has_reboot, next_fire
from jobctl.decide.schedule.missed import pass_over
from jobctl.model.errors import UsageError
from jobctl.model.fire import DueSchedule, Fires
from jobctl.model.instant import MILLISECOND, near_ms, to_ms
from jobctl.model.job import Job
from jobctl.store.relational.generation import begin_next
from jobctl.store.relational.intake import Intake
from jobctl.store.relational.schedule.nominal import record_fire, record_missed
from jobctl.store.relational.schedule.rows import ScheduleRow, to_schedule
from jobctl.store.relational.session import Session
from jobctl.store.statements import Change, Select


class _EndedPause(NamedTuple):
    kind: str
    name: str
    until_at: int


UNDECIDED = Select("schedules", "undecided", ScheduleRow)
CURSOR = Select("schedules", "cursor", int)
BEGIN = Change("schedules", "begin")
END = Change("schedules", "end")
MOVE_CURSOR = Change("schedules", "move_cursor")
ENDED_PAUSES = Select("schedules", "ended_pauses", _EndedPause)
END_PAUSES = Change("schedules", "end_pauses")


def leave_behind(session: Session, job: str, until: datetime, now: datetime) -> None:
    """Record what the schedule of a job has not decided up to `until`, inclusive, and move its cursor there.

    Of times that came during a pause the newest is skipped/`paused`; all others share one skipped/`missed` run.
    """
    row = session.one(UNDECIDED, {"job": job, "until": to_ms(until)})
    if row is None:
        return
    schedule = to_schedule(session, row)
    try:
        fires = _passed_over(schedule, until)
    except UsageError:
        # Its zone has gone from the tz data: nobody can tell its times, and another schedule may be the cure.
        return
    intake = Intake(session, to_ms(now))
    for missed in fires.missed:
        record_missed(session, intake, schedule, row.definition_id, missed)
    for fire in fires.due:
        record_fire(session, intake, schedule, row.definition_id, fire, "paused", now)
    intake.close()
    move_cursor(session, schedule.job_id, until, fires.next_at, schedule.booted)


def move_cursor(
    session: Session, job_id: int, cursor_at: datetime, next_at: datetime | None, booted: str | None
) -> None:
    """What a schedule has decided, up to where, and when it fires next."""
    session.run(
        MOVE_CURSOR,
        {
            "cursor_at": to_ms(cursor_at),
            "next_at": None if next_at is None else to_ms(next_at),
            "booted": booted,
            "job_id": job_id,
        },
    )


def begin(session: Session, job_id: int, job: Job, now: datetime) -> None:
    """The schedule goes on from `now`, or from where it stood when the clock has stepped back since."""
    found = session.one(CURSOR, {"job_id": job_id})
    stood_at = now if found is None else near_ms(found)
    cursor_at = now if stood_at >= LATEST else max(now, stood_at)
    coming = _first(job, cursor_at) if job.enabled else None
    session.run(
        BEGIN,
        {
            "job_id": job_id,
            "cursor_at": to_ms(cursor_at),
            "next_at": None if coming is None else to_ms(coming),
            "reboot": job.enabled and has_reboot(job.schedule),
        },
    )


def end(session: Session, job: str, now: datetime) -> None:
    """The schedule of a job fires no more."""
    leave_behind(session, job, now, now)
    session.run(END, {"job": job})


def end_pauses(session: Session, now: datetime) -> None:
    """Let go of what was held until now: schedules go on from the end of their pauses, whenever that is noticed."""
    ended = session.all(ENDED_PAUSES, {"now": to_ms(now)})
    if not ended:
        return
    for pause in ended:
        if pause.kind == "job":
            leave_behind(session, pause.name, near_ms(pause.until_at) - MILLISECOND, now)
    session.run(END_PAUSES, {"now": to_ms(now)})
    begin_next(session)


def _passed_over(schedule: DueSchedule, until: datetime) -> Fires:
    when = schedule.job.schedule
    if schedule.last is not None and when.after_end is not None:
        return pass_over_after_end(when, when.after_end, schedule.last, until, paused=schedule.paused)
    return pass_over(when, schedule.job.name, schedule.cursor_at, until, paused=schedule.paused)


def _first(job: Job, after: datetime) -> datetime | None:
    interval = job.schedule.after_end
    if interval is not None:
        return first_after(job.schedule, interval, after)
    return next_fire(job.schedule, job.name, after)
