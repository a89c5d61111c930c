"""Write the ends of attempts, each through its fence."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from jobctl.decide.bounds import MOST
from jobctl.decide.runs.settle import end_state
from jobctl.model.claim import ClaimKey
from jobctl.model.instant import near_ms, to_ms
from jobctl.model.run import Reason, State
from jobctl.model.settlement import Settlement
from jobctl.store.relational.session import Session
from jobctl.store.relational.tally import Tally
from jobctl.store.relational.work.bulk_success import is_plain, succeed
from jobctl.store.relational.work.token_buckets import put_back
from jobctl.store.statements import Change, Select


class _Held(NamedTuple):
    """The running run that a settlement names."""

    run_id: int
    fence: int
    stop: Reason | None
    unique_for: int


# A settlement whose claim is still held, and what follows for the run.
_Fresh = tuple[Settlement, _Held, State, Reason | None]


class _RunEnd(NamedTuple):
    state: State
    reason: Reason | None
    ready: bool
    due_at: int | None
    failures: int
    losses: int
    exit_code: int | None
    signal: str | None
    error: str | None
    result: str | None
    started_at: int
    finished_at: int | None
    unique_until: int | None
    run_id: int
    fence: int


class _AttemptEnd(NamedTuple):
    outcome: str
    state: State
    reason: Reason | None
    exit_code: int | None
    signal: str | None
    error: str | None
    output: bytes | None
    started_at: int
    finished_at: int
    run_id: int
    fence: int


RUNNING_AMONG = Select("ends", "running_among", _Held)
SETTLE_RUN = Change("ends", "settle_run", _RunEnd)
SETTLE_ATTEMPT = Change("ends", "settle_attempt", _AttemptEnd)
END_UNREADABLE = Change("ends", "end_unreadable")


def settle(
    session: Session, settlements: Sequence[Settlement], now: int, *, doubted: bool
) -> tuple[list[ClaimKey], bool]:
    """The keys of those that are stale, and whether others got something to do by it.

    Plain successes are not looked at before they are written, unless `doubted`. Raises Overtaken if they should have
    been: then the transaction is to be undone and begun again.
    """
    if not settlements:
        return [], False
    tally = Tally()
    plain = [] if doubted else [s for s in settlements if is_plain(s)]
    others = settlements if not plain else [s for s in settlements if not is_plain(s)]
    succeed(session, plain, tally)
    fresh, stale = _sifted(session, others) if others else ([], [])
    for s, _, state, _ in fresh:
        if state != "waiting":
            tally.add(s.job, state, to_ms(s.finished_at), s.queue)
    if fresh:
        session.many(SETTLE_RUN, [_run_end(*one, now) for one in fresh])
        session.many(SETTLE_ATTEMPT, [_attempt_end(*one) for one in fresh])
    tally.write(session)
    unbegun = [s.claim.run_id for s, *_ in fresh if s.outcome == "not_started"]
    if unbegun:
        put_back(session, unbegun, near_ms(now))
    follow_ups = [s.follow_up for s, *_ in fresh if s.follow_up is not None]
    if follow_ups:
        from jobctl.store.relational.enqueue import take_in

        take_in(session, follow_ups, now)
    return stale, bool(follow_ups) or any(state == "waiting" for _, _, state, _ in fresh)


def end_unreadable(session: Session, run_id: int, error: str, at: int) -> None:
    """End a run of which no attempt can begin: something in its row contradicts the schema."""
    session.run(END_UNREADABLE, {"run_id": run_id, "error": error, "at": at})


def _sifted(session: Session, settlements: Sequence[Settlement]) -> tuple[list[_Fresh], list[ClaimKey]]:
    """What their claims still hold, with the state that follows, and the keys of the others."""
    run_ids = json.dumps([s.claim.run_id for s in settlements])
    held = {row[:2]: row for row in session.all(RUNNING_AMONG, {"run_ids": run_ids})}
    fresh, stale = [], []
    for settlement in settlements:
        facts = held.pop(settlement.claim, None)
        if facts is None:
            stale.append(settlement.claim)
        else:
            fresh.append((settlement, facts, *end_state(settlement.state, settlement.reason, facts.stop)))
    return fresh, stale


def _run_end(s: Settlement, held: _Held, state: State, reason: Reason | None, now: int) -> tuple[Any, ...]:
    """The values of a `_RunEnd`."""
    waits = state == "waiting"
    due_at = to_ms(s.due_at) if waits and s.due_at is not None else None
    finished_at = to_ms(s.finished_at)
    return (
        state,
        reason,
        waits and (due_at is None or due_at <= now),
        due_at,
        s.failures,
        s.losses,
        s.exit_code,
        s.signal,
        s.error,
        None if s.result is None else json.dumps(s.result),
        to_ms(s.started_at),
        None if waits else finished_at,
        min(finished_at + held.unique_for, MOST) if held.unique_for and not waits else None,
        *s.claim,
    )


def _attempt_end(s: Settlement, _: _Held, state: State, reason: Reason | None) -> tuple[Any, ...]:
    """The values of an `_AttemptEnd`."""
    return (
        s.outcome,
        state,
        reason,
        s.exit_code,
        s.signal,
        s.error,
        s.output,
        to_ms(s.started_at),
        to_ms(s.finished_at),
        *s.claim,
    )
