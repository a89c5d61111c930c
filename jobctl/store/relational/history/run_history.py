"""Read a run's life: its definition, its attempts, its events."""

from typing import TYPE_CHECKING, NamedTuple

from jobctl.model.instant import near_ms
from jobctl.model.run import Attempt, Event, Reason, State
from jobctl.store.relational.cache import parsed
from jobctl.store.relational.session import Session
from jobctl.store.statements import Select

if TYPE_CHECKING:
    from jobctl.model.plan import Deployed


class _Definition(NamedTuple):
    definition_id: int
    body: str
    version: int
    digest: str
    job: str


class _Attempt(NamedTuple):
    number: int
    outcome: str | None
    exit_code: int | None
    signal: str | None
    started_at: int
    finished_at: int | None
    host: str | None
    pid: int | None
    error: str | None


class _Birth(NamedTuple):
    created_at: int
    created_by: str


class _AttemptStep(NamedTuple):
    claimed_at: int
    finished_at: int | None
    state: State
    reason: Reason | None
    daemon: str


class _ToldStep(NamedTuple):
    at: int
    verb: str
    from_state: State | None
    to_state: State
    reason: Reason | None
    actor: str


RUN_DEFINITION = Select("history", "run_definition", _Definition)
ATTEMPTS = Select("history", "attempts", _Attempt)
OUTPUT = Select("history", "output", bytes)
NEWEST_OUTPUT = Select("history", "newest_output", int)
BIRTH = Select("history", "birth", _Birth)
ATTEMPT_STEPS = Select("history", "attempt_steps", _AttemptStep)
TOLD_STEPS = Select("history", "told_steps", _ToldStep)


def run_definition(session: Session, run_id: int) -> "Deployed | None":
    """The definition that a run was enqueued with."""
    from jobctl.model.plan import Deployed

    with session.reading():
        row = session.one(RUN_DEFINITION, {"run_id": run_id})
    if row is None:
        return None
    return Deployed(parsed(session, row.definition_id, row.body, row.job), row.version, row.digest, "")


def attempts(session: Session, run_id: int) -> list[Attempt]:
    """The attempts of a run, oldest first."""
    with session.reading():
        rows = session.all(ATTEMPTS, {"run_id": run_id})
    return [
        Attempt(
            row.number,
            row.outcome,
            row.exit_code,
            row.signal,
            near_ms(row.started_at),
            None if row.finished_at is None else near_ms(row.finished_at),
            row.host,
            row.pid,
            row.error,
        )
        for row in rows
    ]


def output(session: Session, run_id: int, attempt: int) -> bytes | None:
    """What is kept of an attempt's output in its row."""
    with session.reading():
        return session.one(OUTPUT, {"run_id": run_id, "attempt": attempt})


def newest_output(session: Session, run_id: int) -> int | None:
    """The newest attempt whose output is kept in its row."""
    with session.reading():
        return session.one(NEWEST_OUTPUT, {"run_id": run_id})


def events(session: Session, run_id: int) -> list[Event]:
    """A run's life: what its row and its attempts tell, and what was told."""
    values = {"run_id": run_id}
    with session.reading():
        birth = session.one(BIRTH, values)
        tried = session.all(ATTEMPT_STEPS, values)
        told = session.all(TOLD_STEPS, values)
    if birth is None:
        return []
    steps = [Event(near_ms(row.at), *row[1:]) for row in told]
    if not any(step.verb == "enqueue" for step in steps):
        steps.insert(0, Event(near_ms(birth.created_at), "enqueue", None, "waiting", None, birth.created_by))
    for attempt in tried:
        steps.append(Event(near_ms(attempt.claimed_at), "claim", "waiting", "running", None, attempt.daemon))
        if attempt.finished_at is not None:
            ended_at = near_ms(attempt.finished_at)
            steps.append(Event(ended_at, "settle", "running", attempt.state, attempt.reason, attempt.daemon))
    return sorted(steps, key=lambda step: step.at)
