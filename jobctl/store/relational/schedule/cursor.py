"""Schedules that go on from another moment: new, changed, retired, resumed.

Times that are passed over in this way leave their records too: they are never made up for.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from jobctl.decide.bounds import LATEST
from jobctl.decide.schedule.after_end import first_after, pass_over_after_end
from jobctl.decide.schedule.fire import has_reboot, next_fire
from jobctl.decide.schedule.missed import pass_over
from jobctl.model.errors import UsageError
from jobctl.model.fire import DueSchedule, Fires, LastRun
from jobctl.model.instant import MILLISECOND, near_ms, to_ms
from jobctl.model.job import Job
from jobctl.store.relational.intake import Intake
from jobctl.store.relational.schedule.nominal import record_fire, record_missed
from jobctl.store.sqlite.database import Database
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3


def leave_behind(
    database: Database, connection: "sqlite3.Connection", name: str, until: datetime, now: datetime
) -> None:
    """Record what the schedule of a job has not decided up to `until`, inclusive, and move its cursor there.

    Of times that came during a pause the newest is skipped/`paused`; all others share one skipped/`missed` run.
    """
    row = connection.execute(query("undecided"), (name, to_ms(until))).fetchone()
    if row is None:
        return
    schedule, definition_id = standing(database, connection, *row), row[1]
    try:
        fires = _passed_over(schedule, until)
    except UsageError:
        # Its zone has gone from the tz data: nobody can tell its times, and another schedule may be the cure.
        return
    intake = Intake(connection, database.ids, to_ms(now))
    for missed in fires.missed:
        list(record_missed(connection, intake, schedule, definition_id, missed))
    for fire in fires.due:
        list(record_fire(connection, intake, schedule, definition_id, fire, "paused", now))
    intake.close()
    next_at = None if fires.next_at is None else to_ms(fires.next_at)
    connection.execute(query("move_cursor"), (to_ms(until), next_at, schedule.booted, schedule.job_id))


def _passed_over(schedule: DueSchedule, until: datetime) -> Fires:
    when = schedule.job.schedule
    if schedule.last is not None and when.after_end is not None:
        return pass_over_after_end(when, when.after_end, schedule.last, until, paused=schedule.paused)
    return pass_over(when, schedule.job.name, schedule.cursor_at, until, paused=schedule.paused)


def begin(connection: "sqlite3.Connection", job_id: int, job: Job, now: datetime) -> None:
    """The schedule goes on from `now`, or from where it stood when the clock has stepped back since."""
    row = connection.execute(query("cursor"), (job_id,)).fetchone()
    stood_at = now if row is None else near_ms(row[0])
    cursor_at = now if stood_at >= LATEST else max(now, stood_at)
    coming = _first(job, cursor_at) if job.enabled else None
    next_at = None if coming is None else to_ms(coming)
    reboot = job.enabled and has_reboot(job.schedule)
    connection.execute(query("set_schedule"), (job_id, to_ms(cursor_at), next_at, reboot))


def _first(job: Job, after: datetime) -> datetime | None:
    interval = job.schedule.after_end
    if interval is not None:
        return first_after(job.schedule, interval, after)
    return next_fire(job.schedule, job.name, after)


def end_pauses(database: Database, connection: "sqlite3.Connection", now: datetime) -> None:
    """Let go of what was held until now: schedules go on from the end of their pauses, whenever that is noticed."""
    ended = connection.execute(query("ended_pauses"), (to_ms(now),)).fetchall()
    if not ended:
        return
    for kind, name, until_at in ended:
        if kind == "job":
            leave_behind(database, connection, name, near_ms(until_at) - MILLISECOND, now)
    connection.execute(query("end_pauses"), (to_ms(now),))
    connection.execute(query("next_generation"))


def standing(
    database: Database,
    connection: "sqlite3.Connection",
    job_id: int,
    definition_id: int,
    body: str,
    version: int,
    cursor_at: int,
    deployed_at: int,
    paused: int,
    booted: str | None,
    name: str,
) -> DueSchedule:
    """A schedule from its columns."""
    job = database.known.parsed(definition_id, body, name)
    last = None if job.schedule.after_end is None else last_run(connection, job.name, job_id)
    return DueSchedule(job_id, job, version, near_ms(cursor_at), near_ms(deployed_at), bool(paused), booted, last)


def last_run(connection: "sqlite3.Connection", name: str, job_id: int) -> LastRun | None:
    """What an interval from the end of the last run hangs on; None where nothing fires any more."""
    row = connection.execute(query("last_run"), (name, job_id)).fetchone()
    if row is None or row[1] is None:
        return None
    cursor_at, next_at, under_way, ended_at = row
    return LastRun(
        near_ms(cursor_at), near_ms(next_at), bool(under_way), None if ended_at is None else near_ms(ended_at)
    )
