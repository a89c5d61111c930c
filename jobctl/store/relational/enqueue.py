"""Promise runs."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from jobctl.model.instant import to_ms
from jobctl.model.run import Enqueued, Request
from jobctl.store.relational.ids import definition_id
from jobctl.store.relational.intake import Intake, NewRun
from jobctl.store.relational.session import Session


def enqueue(session: Session, requests: Sequence[Request], now: datetime) -> list[Enqueued]:
    """All of the requests in one transaction, or none."""
    if not requests:
        return []
    with session.writing():
        return take_in(session, requests, to_ms(now))


def take_in(session: Session, requests: Iterable[Request], now: int) -> list[Enqueued]:
    """The requests as runs, inside a transaction."""
    intake = Intake(session, now)
    answers: list[Enqueued] = []
    repeated: tuple[object, ...] | None = None
    for request in requests:
        terms = request.terms
        if terms == repeated:
            answers.append(intake.again(request.job, request.params))
            continue
        new = _new_run(session, request)
        if new.scheduled_for is not None:
            # Imported here: `jobctl enqueue` seldom needs it, and starts often.
            from jobctl.store.relational.schedule.missed_slot import make_room

            make_room(session, intake, new.job, new.scheduled_for, keyed=new.key is not None)
        answers.append(intake.take(new))
        repeated = terms if new.is_free else None
    intake.close()
    return answers


def _new_run(session: Session, request: Request) -> NewRun:
    return NewRun(
        request.job,
        request.job_version,
        definition_id(session, request.definition, request.job, request.job_version),
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
