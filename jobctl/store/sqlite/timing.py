"""What time alone changes: runs become due or expire, pauses end."""

from typing import TYPE_CHECKING

from jobctl.decide.adhoc import EXEC_QUEUE
from jobctl.model.instant import from_ms
from jobctl.store.queries import query
from jobctl.store.sqlite.tally import Tally

if TYPE_CHECKING:
    from jobctl.store.sqlite.database import Database
    from jobctl.store.sqlite.driver import sqlite3


def instants(connection: "sqlite3.Connection") -> list[int]:
    """The next instant of each kind."""
    found = (connection.execute(query(name)).fetchone()[0] for name in ("next_due", "next_expiry", "next_pause_end"))
    return [at for at in found if at is not None]


def has_passed(connection: "sqlite3.Connection", now: int) -> bool:
    """Whether `pass_time` would change anything."""
    return any(at <= now for at in instants(connection))


def pass_time(database: "Database", connection: "sqlite3.Connection", now: int) -> None:
    """Write what follows from `now`; of very many the rest is left for the next call."""
    if connection.execute(query("ended_pauses"), (now,)).fetchone() is not None:
        from jobctl.store.sqlite.anew import end_pauses

        end_pauses(database, connection, from_ms(now))
    _expire(connection, now)
    connection.execute(query("promote"), (now,))


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
