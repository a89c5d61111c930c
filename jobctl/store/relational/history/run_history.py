"""Read a run's life: its definition, its attempts, its events."""

from typing import TYPE_CHECKING

from jobctl.model.instant import near_ms
from jobctl.model.run import Attempt, Event
from jobctl.store.sqlite.database import Database
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.model.plan import Deployed


def run_definition(database: Database, run_id: int) -> "Deployed | None":
    """The definition that a run was enqueued with."""
    from jobctl.model.plan import Deployed

    with database.reading() as connection:
        row = connection.execute(query("run_definition"), (run_id,)).fetchone()
    if row is None:
        return None
    definition_id, body, version, digest, job = row
    return Deployed(database.known.parsed(definition_id, body, job), version, digest, "")


def attempts(database: Database, run_id: int) -> list[Attempt]:
    """The attempts of a run, oldest first."""
    with database.reading() as connection:
        rows = connection.execute(query("attempts"), (run_id,)).fetchall()
    return [
        Attempt(
            number, outcome, code, signal, near_ms(began), None if ended is None else near_ms(ended), host, pid, error
        )
        for number, outcome, code, signal, began, ended, host, pid, error in rows
    ]


def output(database: Database, run_id: int, attempt: int) -> bytes | None:
    """What is kept of an attempt's output in its row."""
    with database.reading() as connection:
        row = connection.execute(query("output"), (run_id, attempt)).fetchone()
    kept: bytes | None = None if row is None else row[0]
    return kept


def newest_output(database: Database, run_id: int) -> int | None:
    """The newest attempt whose output is kept in its row."""
    with database.reading() as connection:
        number: int | None = connection.execute(query("newest_output"), (run_id,)).fetchone()[0]
    return number


def events(database: Database, run_id: int) -> list[Event]:
    """A run's life: what its row and its attempts tell, and what was told."""
    with database.reading() as connection:
        birth = connection.execute(query("birth"), (run_id,)).fetchone()
        tried = connection.execute(query("attempt_steps"), (run_id,)).fetchall()
        told = connection.execute(query("told_steps"), (run_id,)).fetchall()
    if birth is None:
        return []
    steps = [Event(near_ms(at), *step) for at, *step in told]
    if not any(step.verb == "enqueue" for step in steps):
        steps.insert(0, Event(near_ms(birth[0]), "enqueue", None, "waiting", None, birth[1]))
    for claimed_at, finished_at, state, reason, daemon in tried:
        steps.append(Event(near_ms(claimed_at), "claim", "waiting", "running", None, daemon))
        if finished_at is not None:
            steps.append(Event(near_ms(finished_at), "settle", "running", state, reason, daemon))
    return sorted(steps, key=lambda step: step.at)
