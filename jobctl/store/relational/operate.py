"""What an operator does to runs, jobs and queues."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from jobctl.model.instant import to_ms
from jobctl.store.relational.tally import Tally
from jobctl.store.sqlite.database import Database
from jobctl.store.statements import query
from jobctl.store.values import Cancelled, Retried

if TYPE_CHECKING:
    from jobctl.model.view import Pause
    from jobctl.store.sqlite.driver import sqlite3


def cancel(database: Database, run_ids: Sequence[int], actor: str, now: datetime) -> list[Cancelled]:
    """End waiting runs and ask for running ones to be stopped."""
    tally = Tally()
    with database.writing() as connection:
        answers = [_cancel(connection, tally, run_id, actor, to_ms(now)) for run_id in run_ids]
        tally.write(connection)
    return answers


def retry(database: Database, run_ids: Sequence[int], params: str | None, actor: str, now: datetime) -> list[Retried]:
    """Make finished runs wait again."""
    tally = Tally()
    with database.writing() as connection:
        answers = [_retry(connection, tally, run_id, params, actor, to_ms(now)) for run_id in run_ids]
        tally.write(connection)
    return answers


def pause(database: Database, kind: Literal["job", "queue"], name: str, pause: "Pause") -> None:
    """Hold a job or a queue."""
    until_at = None if pause.until_at is None else to_ms(pause.until_at)
    with database.writing() as connection:
        row = (kind, name, until_at, pause.reason, pause.actor, to_ms(pause.paused_at))
        connection.execute(query("pause"), row)
        connection.execute(query("next_generation"))


def resume(database: Database, kind: Literal["job", "queue"], name: str, now: datetime) -> bool:
    """Let go of a job or a queue; a job's schedule goes on from `now`."""
    with database.writing() as connection:
        if connection.execute(query("held"), (kind, name)).fetchone() is None:
            return False
        if kind == "job":
            # Before the pause is gone: what came during it is recorded as paused.
            from jobctl.store.relational.schedule.cursor import leave_behind

            leave_behind(database, connection, name, now, now)
        connection.execute(query("resume"), (kind, name))
        connection.execute(query("next_generation"))
    return True


def _cancel(connection: "sqlite3.Connection", tally: Tally, run_id: int, actor: str, now: int) -> Cancelled:
    row = connection.execute(query("run_facts"), (run_id,)).fetchone()
    if row is None:
        return Cancelled(run_id, "unknown")
    job, state, _, finished_at, queue, _ = row
    if finished_at is not None:
        return Cancelled(run_id, "finished")
    if state == "running":
        connection.execute(query("ask_stop"), ("operator", run_id))
        _tell(connection, run_id, now, "cancel", ("running", "running"), "operator", actor)
        return Cancelled(run_id, "stopping")
    connection.execute(query("finish_waiting"), ("cancelled", "operator", now, run_id))
    _tell(connection, run_id, now, "cancel", ("waiting", "cancelled"), "operator", actor)
    tally.add(job, "cancelled", now, queue)
    return Cancelled(run_id, "cancelled")


def _retry(
    connection: "sqlite3.Connection", tally: Tally, run_id: int, params: str | None, actor: str, now: int
) -> Retried:
    row = connection.execute(query("run_facts"), (run_id,)).fetchone()
    if row is None:
        return Retried(run_id, "unknown")
    job, state, key, finished_at, queue, _ = row
    if finished_at is None:
        return Retried(run_id, "live")
    if key is not None and connection.execute(query("key_live"), (job, key)).fetchone() is not None:
        return Retried(run_id, "held")
    connection.execute(query("retry_run"), (now, params, run_id))
    _tell(connection, run_id, now, "retry", (state, "waiting"), None, actor)
    tally.add(job, state, finished_at, queue, -1)
    return Retried(run_id, "waiting")


def _tell(
    connection: "sqlite3.Connection",
    run_id: int,
    now: int,
    verb: str,
    step: tuple[str, str],
    reason: str | None,
    actor: str,
) -> None:
    connection.execute(query("insert_event"), (run_id, now, verb, *step, reason, actor))
