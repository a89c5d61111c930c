"""Promise runs."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from jobctl.model.errors import Refused
from jobctl.model.instant import iso, near_ms, to_ms
from jobctl.model.run import Enqueued, Request
from jobctl.store.relational.intake import Intake, NewRun
from jobctl.store.sqlite.database import Database
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3


def enqueue(database: Database, requests: Sequence[Request], now: datetime) -> list[Enqueued]:
    """All of the requests in one transaction, or none."""
    if not requests:
        return []
    with database.writing() as connection:
        return take_in(database, connection, requests, to_ms(now))


def take_in(
    database: Database, connection: "sqlite3.Connection", requests: Iterable[Request], now: int
) -> list[Enqueued]:
    """The requests as runs, inside a transaction."""
    intake = Intake(connection, database.ids, now)
    answers: list[Enqueued] = []
    repeated: tuple[object, ...] | None = None
    for request in requests:
        terms = request.terms
        if terms == repeated:
            answers.append(intake.again(request.job, request.params))
            continue
        new = _new_run(database, connection, request)
        if new.scheduled_for is not None:
            intake.flush()
            if new.key is None:
                # Imported here: `jobctl enqueue` seldom needs it, and starts often.
                from jobctl.store.relational.schedule.missed_slot import make_room

                make_room(database, connection, intake, new.job, new.scheduled_for)
                intake.flush()
            _refuse_twice(connection, new.job, new.scheduled_for)
        answers.append(intake.take(new))
        repeated = terms if new.is_free else None
    intake.close()
    return answers


def _new_run(database: Database, connection: "sqlite3.Connection", request: Request) -> NewRun:
    return NewRun(
        request.job,
        request.job_version,
        database.ids.definition(connection, request.definition, request.job, request.job_version),
        request.queue,
        request.priority,
        request.params,
        None if request.due_at is None else to_ms(request.due_at),
        None if request.expires_at is None else to_ms(request.expires_at),
        request.key,
        request.unique_for_ms,
        request.correlation_id,
        request.overlap,
        None if request.scheduled_for is None else to_ms(request.scheduled_for),
        request.created_by,
        in_turn=request.in_turn,
    )


def _refuse_twice(connection: "sqlite3.Connection", job: str, scheduled_for: int) -> None:
    row = connection.execute(query("nominal"), (job, scheduled_for)).fetchone()
    if row is not None:
        raise Refused(
            f"job `{job}` already has a run for {iso(near_ms(scheduled_for))}",
            hint=f"look at it with `jobctl show {row[0]}`; `jobctl retry {row[0]}` runs it again",
        )
