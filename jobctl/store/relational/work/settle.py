"""Write the ends of attempts, each through its fence."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from jobctl.decide.bounds import MOST
from jobctl.decide.runs.stopping import end_state
from jobctl.model.claim import ClaimKey
from jobctl.model.instant import near_ms, to_ms
from jobctl.model.run import Reason, State
from jobctl.model.settlement import Settlement
from jobctl.store.relational.tally import Tally
from jobctl.store.relational.work.bulk_success import is_plain, succeed
from jobctl.store.relational.work.token_buckets import put_back
from jobctl.store.sqlite.database import Database
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3


class _Held(NamedTuple):
    """The running run that a settlement names."""

    stop: Reason | None
    unique_for: int


_Fresh = tuple[Settlement, _Held, State, Reason | None]


def settle(
    database: Database, connection: "sqlite3.Connection", settlements: Sequence[Settlement], now: int, *, doubted: bool
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
    succeed(connection, plain, tally)
    fresh, stale = _sifted(connection, others) if others else ([], [])
    for s, _, state, _ in fresh:
        if state != "waiting":
            tally.add(s.job, state, to_ms(s.finished_at), s.queue)
    connection.executemany(query("settle_run"), [_run_row(*one, now) for one in fresh])
    connection.executemany(query("settle_attempt"), [_attempt_row(*one) for one in fresh])
    tally.write(connection)
    unbegun = [s.claim.run_id for s, *_ in fresh if s.outcome == "not_started"]
    if unbegun:
        put_back(database.known, connection, unbegun, near_ms(now))
    follow_ups = [s.follow_up for s, *_ in fresh if s.follow_up is not None]
    if follow_ups:
        from jobctl.store.relational.enqueue import take_in

        take_in(database, connection, follow_ups, now)
    return stale, bool(follow_ups) or any(state == "waiting" for _, _, state, _ in fresh)


def _sifted(connection: "sqlite3.Connection", settlements: Sequence[Settlement]) -> tuple[list[_Fresh], list[ClaimKey]]:
    """What their claims still hold, with the state that follows, and the keys of the others."""
    held = _held(connection, settlements)
    fresh, stale = [], []
    for settlement in settlements:
        facts = held.pop(settlement.claim, None)
        if facts is None:
            stale.append(settlement.claim)
        else:
            fresh.append((settlement, facts, *end_state(settlement.state, settlement.reason, facts.stop)))
    return fresh, stale


def _held(connection: "sqlite3.Connection", settlements: Sequence[Settlement]) -> dict[ClaimKey, _Held]:
    ids = json.dumps([s.claim.run_id for s in settlements])
    rows = connection.execute(query("running_among"), (ids,)).fetchall()
    return {ClaimKey(run_id, claims): _Held(*facts) for run_id, claims, *facts in rows}


def _run_row(s: Settlement, facts: _Held, state: State, reason: Reason | None, now: int) -> tuple[Any, ...]:
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
        min(finished_at + facts.unique_for, MOST) if facts.unique_for and not waits else None,
        s.claim.run_id,
        s.claim.fence,
    )


def _attempt_row(s: Settlement, _: _Held, state: State, reason: Reason | None) -> tuple[Any, ...]:
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
        s.claim.run_id,
        s.claim.fence,
    )
