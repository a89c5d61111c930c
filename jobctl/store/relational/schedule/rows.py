"""Rows of schedules as schedules."""

from typing import NamedTuple

from jobctl.model.fire import DueSchedule, LastRun
from jobctl.model.instant import near_ms
from jobctl.store.relational.cache import parsed
from jobctl.store.relational.session import Session
from jobctl.store.statements import Select


class ScheduleRow(NamedTuple):
    """A schedule with its job."""

    job_id: int
    definition_id: int
    body: str
    version: int
    cursor_at: int
    deployed_at: int
    paused: int
    booted: str | None
    name: str


class _LastRunRow(NamedTuple):
    cursor_at: int
    next_at: int | None
    under_way: int
    ended_at: int | None


LAST_RUN = Select("schedules", "last_run", _LastRunRow)


def to_schedule(session: Session, row: ScheduleRow) -> DueSchedule:
    """A schedule from its row."""
    job = parsed(session, row.definition_id, row.body, row.name)
    last = None if job.schedule.after_end is None else last_run(session, job.name, row.job_id)
    return DueSchedule(
        row.job_id,
        job,
        row.version,
        near_ms(row.cursor_at),
        near_ms(row.deployed_at),
        bool(row.paused),
        row.booted,
        last,
    )


def last_run(session: Session, job: str, job_id: int) -> LastRun | None:
    """What an interval from the end of the last run hangs on; None where nothing fires any more."""
    row = session.one(LAST_RUN, {"job": job, "job_id": job_id})
    if row is None or row.next_at is None:
        return None
    return LastRun(
        near_ms(row.cursor_at),
        near_ms(row.next_at),
        bool(row.under_way),
        None if row.ended_at is None else near_ms(row.ended_at),
    )
