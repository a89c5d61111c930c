"""What time alone changes: runs become due or expire, pauses end."""

from typing import TYPE_CHECKING

from jobctl.decide.adhoc import EXEC_QUEUE
from jobctl.model.instant import near_ms
from jobctl.store.relational.overlap import first_due, judge_due
from jobctl.store.relational.tally import Tally
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.model.run import Enqueued
    from jobctl.store.sqlite.database import Database
    from jobctl.store.sqlite.driver import sqlite3


def next_at(connection: "sqlite3.Connection") -> int | None:
    """When time alone will change something next."""
    return min((at for at in connection.execute(query("coming")).fetchone() if at is not None), default=None)


def has_passed(connection: "sqlite3.Connection", now: int) -> bool:
    """Whether `pass_time` would change anything."""
    at = next_at(connection)
    return at is not None and at <= now


def pass_time(database: "Database", connection: "sqlite3.Connection", now: int) -> list["Enqueued"]:
    """Write what follows from `now`, and tell which runs are skipped by it because others are in their way.

    Of very many the rest is left for the next call.
    """
    if not has_passed(connection, now):
        return []
    if connection.execute(query("ended_pauses"), (now,)).fetchone() is not None:
        from jobctl.store.relational.schedule.cursor import end_pauses

        end_pauses(database, connection, near_ms(now))
    _expire(connection, now)
    tally = Tally()
    skipped = judge_due(connection, tally, now)
    tally.write(connection)
    left = first_due(connection)
    connection.execute(query("promote"), (now if left is None else min(now, left - 1),))
    return skipped


def end_abandoned(connection: "sqlite3.Connection", now: int) -> None:
    """Cancel what waits for a `jobctl exec` that is gone: nobody else will come for it."""
    abandoned = connection.execute(query("abandoned"), (EXEC_QUEUE,)).fetchall()
    tally = Tally()
    for run_id, job in abandoned:
        connection.execute(query("finish_waiting"), ("cancelled", "interrupted", now, run_id))
        event = (run_id, now, "cancel", "waiting", "cancelled", "interrupted", "jobctl")
        connection.execute(query("insert_event"), event)
        tally.add(job, "cancelled", now, EXEC_QUEUE)
    tally.write(connection)


def _expire(connection: "sqlite3.Connection", now: int) -> None:
    expired = connection.execute(query("expired"), (now,)).fetchall()
    if not expired:
        return
    tally = Tally()
    for run_id, job, queue in expired:
        connection.execute(query("finish_waiting"), ("skipped", "expired", now, run_id))
        event = (run_id, now, "expire", "waiting", "skipped", "expired", "jobctl")
        connection.execute(query("insert_event"), event)
        tally.add(job, "skipped", now, queue)
    tally.write(connection)
