"""Schedules that are due, and the one record that each nominal time gets."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jobctl.model.fire import DueSchedule, Fire, Recording
from jobctl.model.instant import from_ms, to_ms
from jobctl.model.job import Job
from jobctl.model.run import Enqueued, Missed, Reason
from jobctl.store.queries import query
from jobctl.store.sqlite.database import Database
from jobctl.store.sqlite.intake import Draft, Intake

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3


def due_schedules(database: Database, now: datetime, limit: int) -> list[DueSchedule]:
    """Schedules whose next nominal time has come."""
    with database.reading() as connection:
        rows = connection.execute(query("due_schedules"), (to_ms(now), limit)).fetchall()
    return [_due(database, *row) for row in rows]


def boot_schedules(database: Database, boot_id: str) -> list[DueSchedule]:
    """Schedules that fire once for each boot and have not for this one."""
    with database.reading() as connection:
        rows = connection.execute(query("boot_schedules"), (boot_id,)).fetchall()
    return [_due(database, *row) for row in rows]


def next_fire_at(database: Database) -> datetime | None:
    """The earliest coming fire."""
    with database.reading() as connection:
        at = connection.execute(query("next_fire_at")).fetchone()[0]
    return None if at is None else from_ms(at)


def record(database: Database, recordings: Sequence[Recording], now: datetime) -> list[Enqueued]:
    """Write the fires of those schedules that still stand where they were read."""
    if not recordings:
        return []
    with database.writing() as connection:
        intake = Intake(connection, database.names, to_ms(now))
        answers = [answer for one in recordings for answer in _record(connection, intake, one, now)]
        intake.close()
    return answers


def _due(
    database: Database,
    job_id: int,
    definition_id: int,
    body: str,
    version: int,
    cursor_at: int,
    deployed_at: int,
    paused: int,
    booted: str | None,
) -> DueSchedule:
    job = database.known.parsed(definition_id, body)
    return DueSchedule(job_id, job, version, from_ms(cursor_at), from_ms(deployed_at), bool(paused), booted)


def _record(connection: "sqlite3.Connection", intake: Intake, one: Recording, now: datetime) -> Iterator[Enqueued]:
    schedule, fires = one.schedule, one.fires
    row = connection.execute(query("schedule_now"), (to_ms(now), schedule.job_id)).fetchone()
    if row is None or row[:3] != (to_ms(schedule.cursor_at), schedule.job_version, schedule.booted):
        return
    definition_id, paused = row[3], bool(row[4])
    for missed in fires.missed:
        if not _recorded(connection, intake, schedule.job.name, missed.to_at):
            yield intake.take(_missed_draft(schedule, definition_id, missed))
    for fire in fires.due:
        if not _recorded(connection, intake, schedule.job.name, fire.nominal_at):
            yield intake.take(_fire_draft(schedule, definition_id, fire, "paused" if paused else None, now))
    next_at = None if fires.next_at is None else to_ms(fires.next_at)
    connection.execute(query("move_cursor"), (to_ms(fires.cursor_at), next_at, one.booted, schedule.job_id))


def _recorded(connection: "sqlite3.Connection", intake: Intake, job: str, nominal_at: datetime) -> bool:
    """Whether somebody else's start, `--scheduled-for` perhaps, has this nominal time already."""
    intake.flush()
    return connection.execute(query("nominal"), (job, to_ms(nominal_at))).fetchone() is not None


def _missed_draft(schedule: DueSchedule, definition_id: int, missed: Missed) -> Draft:
    return _draft(
        schedule,
        definition_id,
        scheduled_for=to_ms(missed.to_at),
        skipped="missed",
        missed_from=to_ms(missed.from_at),
        missed_times=missed.times,
    )


def _fire_draft(schedule: DueSchedule, definition_id: int, fire: Fire, skipped: Reason | None, now: datetime) -> Draft:
    """Times that are made up for all at once wait for each other instead of skipping each other."""
    deadline = schedule.job.deadline
    return _draft(
        schedule,
        definition_id,
        scheduled_for=to_ms(fire.nominal_at),
        skipped=skipped,
        due_at=None if skipped else to_ms(fire.due_at),
        expires_at=None if deadline is None else to_ms(now + deadline),
        in_turn=fire.caught_up and schedule.job.schedule.catchup == "all",
    )


def _draft(schedule: DueSchedule, definition_id: int, **facts: Any) -> Draft:
    job = schedule.job
    whole: dict[str, Any] = {
        "job": job.name,
        "job_version": schedule.job_version,
        "definition_id": definition_id,
        "queue": job.queue,
        "priority": job.priority,
        "params": default_params(job),
        "due_at": None,
        "expires_at": None,
        "key": None,
        "unique_for": 0,
        "correlation_id": None,
        "overlap": job.overlap,
        "created_by": "schedule",
    }
    return Draft(**(whole | facts))


def default_params(job: Job) -> str:
    """The params of a run that nobody gave any."""
    return json.dumps({name: param.default for name, param in job.params.items() if param.default is not None})
