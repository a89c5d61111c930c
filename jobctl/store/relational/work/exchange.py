"""The daemon's one transaction: what has ended is written, what may start is taken."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from jobctl.decide.lease import BEAT
from jobctl.model.instant import near_ms, to_ms
from jobctl.model.queues import EXEC_QUEUE
from jobctl.model.run import Enqueued, Request
from jobctl.model.settlement import Settlement
from jobctl.store.relational.enqueue import take_in
from jobctl.store.relational.session import Session, Unfit
from jobctl.store.relational.work import claim, due
from jobctl.store.relational.work.bulk_success import Overtaken
from jobctl.store.relational.work.settle import settle
from jobctl.store.statements import Change, Select
from jobctl.store.values import Exchange, Want

KEEP_FOR = Change("claim", "keep_for")
SEEN = Select("daemons", "seen", int)
HEAR = Change("daemons", "hear")
_BEAT_MS = BEAT // timedelta(milliseconds=1)


def exchange(
    session: Session, daemon_id: int, settlements: Sequence[Settlement], want: Want, now: datetime
) -> Exchange:
    """Settle, let time pass, claim; nothing is written when there is nothing to write."""
    if not settlements:
        with session.reading():
            look = claim.look(session, want, now)
            if not _needs_writing(session, look, daemon_id, to_ms(now)):
                return Exchange([], [], _wake_at(session, look.token_at), (), session.memory.deployment)
    try:
        return _write(session, daemon_id, settlements, want, now, doubted=False)
    except (Overtaken, Unfit):
        return _write(session, daemon_id, settlements, want, now, doubted=True)


def begin(session: Session, daemon_id: int, request: Request, now: datetime) -> tuple[Enqueued, Exchange]:
    """Take one run in and claim it at once."""
    with session.writing(wake=False):
        due.end_abandoned(session, to_ms(now))
        [enqueued] = take_in(session, [request], to_ms(now))
        if not enqueued.created or enqueued.state != "waiting":
            return enqueued, Exchange([], [], None)
        want = Want(1, (), enqueued.run_id)
        claims, token_at = claim.claim(session, claim.look(session, want, now), daemon_id, want, now, doubted=True)
        wake_at = _wake_at(session, token_at)
        if not claims and request.queue == EXEC_QUEUE:
            session.run(KEEP_FOR, {"daemon_id": daemon_id, "run_id": enqueued.run_id})
    if not claims:
        session.wake()
    return enqueued, Exchange(claims, [], wake_at)


def _write(
    session: Session, daemon_id: int, settlements: Sequence[Settlement], want: Want, now: datetime, *, doubted: bool
) -> Exchange:
    """The exchange as a transaction. Raises Overtaken or Unfit unless `doubted`: then nothing is written."""
    at = to_ms(now)
    with session.writing(wake=False):
        stale, released = settle(session, settlements, at, doubted=doubted)
        skipped = due.pass_time(session, at)
        look = claim.look(session, want, now)
        claims, token_at = claim.claim(session, look, daemon_id, want, now, doubted=doubted)
        session.run(HEAR, {"now": at, "daemon_id": daemon_id})
        wake_at = _wake_at(session, token_at)
    if released or (settlements and look.bounded):
        session.wake_others()
    return Exchange(claims, stale, wake_at, skipped, session.memory.deployment)


def _needs_writing(session: Session, look: claim.Look, daemon_id: int, now: int) -> bool:
    seen_at = session.one(SEEN, {"daemon_id": daemon_id})
    return look.claimable or (seen_at is not None and now - seen_at >= _BEAT_MS) or due.has_passed(session, now)


def _wake_at(session: Session, token_at: datetime | None) -> datetime | None:
    at = due.next_at(session)
    coming = None if at is None else near_ms(at)
    return min(filter(None, (coming, token_at)), default=None)
