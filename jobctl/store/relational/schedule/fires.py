"""Schedules that are due, and what becomes of their nominal times."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from jobctl.model.fire import DueSchedule, Recording
from jobctl.model.instant import near_ms, to_ms
from jobctl.model.run import Enqueued
from jobctl.store.relational.intake import Intake
from jobctl.store.relational.schedule.cursor import end_pauses, standing
from jobctl.store.relational.schedule.nominal import record_fire, record_missed
from jobctl.store.sqlite.database import Database
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3


def due_schedules(database: Database, now: datetime, limit: int) -> list[DueSchedule]:
    """Schedules whose next nominal time has come."""
    with database.reading() as connection:
        rows = connection.execute(query("due_schedules"), (to_ms(now), limit)).fetchall()
        return [standing(database, connection, *row) for row in rows]


def boot_schedules(database: Database, boot_id: str) -> list[DueSchedule]:
    """Schedules that fire once for each boot and have not for this one."""
    with database.reading() as connection:
        rows = connection.execute(query("boot_schedules"), (boot_id,)).fetchall()
        return [standing(database, connection, *row) for row in rows]


def start_schedules(database: Database) -> list[DueSchedule]:
    """Schedules that fire at a start of a daemon."""
    with database.reading() as connection:
        rows = connection.execute(query("start_schedules")).fetchall()
        return [standing(database, connection, *row) for row in rows]


def forgotten_schedules(database: Database) -> list[DueSchedule]:
    """Schedules without a coming fire that may have one."""
    with database.reading() as connection:
        rows = connection.execute(query("forgotten_schedules")).fetchall()
        return [standing(database, connection, *row) for row in rows]


def next_fire_at(database: Database) -> datetime | None:
    """The earliest coming fire."""
    with database.reading() as connection:
        at = connection.execute(query("next_fire_at")).fetchone()[0]
    return None if at is None else near_ms(at)


def record(database: Database, recordings: Sequence[Recording], now: datetime) -> list[Enqueued]:
    """Write the fires of those schedules that still stand where they were read.

    Pauses that have ended by themselves end here first: what came during them is not made up for.
    """
    if not recordings:
        return []
    with database.writing() as connection:
        end_pauses(database, connection, now)
        intake = Intake(connection, database.ids, to_ms(now))
        answers = [answer for one in recordings for answer in _record(connection, intake, one, now)]
        intake.close()
    return answers


def _record(connection: "sqlite3.Connection", intake: Intake, one: Recording, now: datetime) -> Iterator[Enqueued]:
    schedule, fires = one.schedule, one.fires
    row = connection.execute(query("schedule_now"), (schedule.job_id,)).fetchone()
    if row is None or (near_ms(row[0]), *row[1:3]) != (schedule.cursor_at, schedule.job_version, schedule.booted):
        return
    definition_id, paused = row[3], bool(row[4])
    for missed in fires.missed:
        yield from record_missed(connection, intake, schedule, definition_id, missed)
    for fire in fires.due:
        yield from record_fire(connection, intake, schedule, definition_id, fire, "paused" if paused else None, now)
    next_at = None if fires.next_at is None else to_ms(fires.next_at)
    connection.execute(query("move_cursor"), (to_ms(fires.cursor_at), next_at, one.booted, schedule.job_id))
