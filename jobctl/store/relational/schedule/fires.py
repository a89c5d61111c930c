"""Schedules that are due, and what becomes of their nominal times."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from jobctl.model.fire import DueSchedule, Recording
from jobctl.model.instant import near_ms, to_ms
from jobctl.model.run import Enqueued
from jobctl.store.relational.intake import Intake
from jobctl.store.relational.schedule.cursor import end_pauses, move_cursor
from jobctl.store.relational.schedule.nominal import record_fire, record_missed
from jobctl.store.relational.schedule.rows import ScheduleRow, to_schedule
from jobctl.store.relational.session import NOTHING, Session
from jobctl.store.statements import Select


class _Standing(NamedTuple):
    cursor_at: int
    version: int
    booted: str | None
    definition_id: int
    paused: int


DUE = Select("schedules", "due", ScheduleRow)
OF_BOOT = Select("schedules", "of_boot", ScheduleRow)
OF_START = Select("schedules", "of_start", ScheduleRow)
FORGOTTEN = Select("schedules", "forgotten", ScheduleRow)
EARLIEST = Select("schedules", "earliest", int)
STANDING = Select("schedules", "standing", _Standing)


def due_schedules(session: Session, now: datetime, limit: int) -> list[DueSchedule]:
    """Schedules whose next nominal time has come."""
    return _schedules(session, DUE, {"now": to_ms(now), "most": limit})


def boot_schedules(session: Session, boot_id: str) -> list[DueSchedule]:
    """Schedules that fire once for each boot and have not for this one."""
    return _schedules(session, OF_BOOT, {"boot_id": boot_id})


def start_schedules(session: Session) -> list[DueSchedule]:
    """Schedules that fire at a start of a daemon."""
    return _schedules(session, OF_START)


def forgotten_schedules(session: Session) -> list[DueSchedule]:
    """Schedules without a coming fire that may have one."""
    return _schedules(session, FORGOTTEN)


def next_fire_at(session: Session) -> datetime | None:
    """The earliest coming fire."""
    with session.reading():
        at = session.one(EARLIEST)
    return None if at is None else near_ms(at)


def record(session: Session, recordings: Sequence[Recording], now: datetime) -> list[Enqueued]:
    """Write the fires of those schedules that still stand where they were read.

    Pauses that have ended by themselves end here first: what came during them is not made up for.
    """
    if not recordings:
        return []
    with session.writing():
        end_pauses(session, now)
        intake = Intake(session, to_ms(now))
        answers = [answer for one in recordings for answer in _record(session, intake, one, now)]
        intake.close()
    return answers


def _schedules(session: Session, select: Select[ScheduleRow], values: Mapping[str, Any] = NOTHING) -> list[DueSchedule]:
    with session.reading():
        return [to_schedule(session, row) for row in session.all(select, values)]


def _record(session: Session, intake: Intake, one: Recording, now: datetime) -> Iterator[Enqueued]:
    schedule, fires = one.schedule, one.fires
    row = session.one(STANDING, {"job_id": schedule.job_id})
    stood = (schedule.cursor_at, schedule.job_version, schedule.booted)
    if row is None or (near_ms(row.cursor_at), row.version, row.booted) != stood:
        return
    for missed in fires.missed:
        yield from record_missed(session, intake, schedule, row.definition_id, missed)
    for fire in fires.due:
        yield from record_fire(
            session, intake, schedule, row.definition_id, fire, "paused" if row.paused else None, now
        )
    move_cursor(session, schedule.job_id, fires.cursor_at, fires.next_at, one.booted)
