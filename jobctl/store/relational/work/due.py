"""What time alone changes: runs become due or expire, pauses end."""

from typing import NamedTuple

from jobctl.decide.runs.endings import ABANDONED, EXPIRED
from jobctl.model.instant import near_ms
from jobctl.model.queues import EXEC_QUEUE
from jobctl.model.run import Enqueued
from jobctl.store.relational.ends import Doomed, end_waiting
from jobctl.store.relational.overlap import first_due, judge_due
from jobctl.store.relational.session import Session
from jobctl.store.statements import Change, Select


class _Coming(NamedTuple):
    due_at: int | None
    expires_at: int | None
    until_at: int | None


COMING = Select("time", "coming", _Coming)
EXPIRED_RUNS = Select("time", "expired", Doomed)
ABANDONED_RUNS = Select("time", "abandoned", Doomed)
PROMOTE = Change("time", "promote")


def next_at(session: Session) -> int | None:
    """When time alone will change something next."""
    return min((at for at in session.one(COMING) or () if at is not None), default=None)


def has_passed(session: Session, now: int) -> bool:
    """Whether `pass_time` would change anything."""
    at = next_at(session)
    return at is not None and at <= now


def pass_time(session: Session, now: int) -> list[Enqueued]:
    """Write what follows from `now`, and tell which runs are skipped by it because others are in their way.

    Of very many the rest is left for the next call.
    """
    coming = session.one(COMING)
    if coming is None or not any(at is not None and at <= now for at in coming):
        return []
    if coming.until_at is not None and coming.until_at <= now:
        from jobctl.store.relational.schedule.cursor import end_pauses

        end_pauses(session, near_ms(now))
    end_waiting(session, session.all(EXPIRED_RUNS, {"now": now}), EXPIRED, "jobctl", now)
    skipped = judge_due(session, now)
    left = first_due(session)
    session.run(PROMOTE, {"now": now if left is None else min(now, left - 1)})
    return skipped


def end_abandoned(session: Session, now: int) -> None:
    """Cancel what waits for a `jobctl exec` that is gone: nobody else will come for it."""
    end_waiting(session, session.all(ABANDONED_RUNS, {"queue": EXEC_QUEUE}), ABANDONED, "jobctl", now)
