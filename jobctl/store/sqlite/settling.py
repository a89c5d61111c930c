"""Write the ends of attempts, each through its fence."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from jobctl.decide.stopping import end_state
from jobctl.model.claim import ClaimKey
from jobctl.model.instant import to_ms
from jobctl.model.run import Reason, State
from jobctl.model.settlement import Settlement
from jobctl.store.queries import query
from jobctl.store.sqlite.database import Database
from jobctl.store.sqlite.tally import Tally

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3


_MANY = 5
_End = tuple[str | None, int, int, int, int]


class _Held(NamedTuple):
    """The running run that a settlement names."""

    job: str
    queue: str
    stop: Reason | None
    unique_for: int


def settle(
    database: Database, connection: "sqlite3.Connection", settlements: Sequence[Settlement], now: int
) -> tuple[list[ClaimKey], bool]:
    """The keys of those that are stale, and whether others got something to do by it."""
    if not settlements:
        return [], False
    held = _held(connection, settlements)
    fresh, stale = [], []
    for settlement in settlements:
        facts = held.pop(settlement.claim, None)
        if facts is None:
            stale.append(settlement.claim)
        else:
            fresh.append((settlement, facts, *end_state(settlement.state, settlement.reason, facts.stop)))
    _write(connection, fresh, now)
    follow_ups = [s.follow_up for s, *_ in fresh if s.follow_up is not None]
    if follow_ups:
        from jobctl.store.sqlite.enqueue import take_in

        take_in(database, connection, follow_ups, now)
    return stale, bool(follow_ups) or any(state == "waiting" for _, _, state, _ in fresh)


def _held(connection: "sqlite3.Connection", settlements: Sequence[Settlement]) -> dict[ClaimKey, _Held]:
    ids = json.dumps([s.claim.run_id for s in settlements])
    rows = connection.execute(query("running_among"), (ids,)).fetchall()
    return {ClaimKey(run_id, claims): _Held(*facts) for run_id, claims, *facts in rows}


def _write(
    connection: "sqlite3.Connection", fresh: list[tuple[Settlement, _Held, State, Reason | None]], now: int
) -> None:
    tally = Tally()
    for s, facts, state, _ in fresh:
        if state != "waiting":
            tally.add(facts.job, state, to_ms(s.finished_at), facts.queue)
    plain = [one for one in fresh if _is_plain(*one)]
    others = [one for one in fresh if not _is_plain(*one)] if len(plain) < len(fresh) else []
    ends = [(_text(s.result), to_ms(s.started_at), to_ms(s.finished_at), *s.claim) for s, *_ in plain]
    _succeed(connection, ends)
    connection.executemany(
        query("succeed_attempt"), [(s.output, *end[1:]) for (s, *_), end in zip(plain, ends, strict=True)]
    )
    connection.executemany(query("settle_run"), [_run_row(*one, now) for one in others])
    connection.executemany(query("settle_attempt"), [_attempt_row(*one) for one in others])
    tally.write(connection)


def _succeed(connection: "sqlite3.Connection", ends: list[_End]) -> None:
    """Write successes. Quick calls end many in a millisecond: one statement for all that are alike costs half."""
    alike: dict[tuple[int, int, int], list[int]] = {}
    for result, started_at, finished_at, run_id, fence in ends:
        if result is None:
            alike.setdefault((started_at, finished_at, fence), []).append(run_id)
    many = {key: run_ids for key, run_ids in alike.items() if len(run_ids) >= _MANY}
    for key, run_ids in many.items():
        connection.execute(query("succeed_runs"), (*key, json.dumps(run_ids)))
    rest = [end for end in ends if end[0] is not None or (end[1], end[2], end[4]) not in many] if many else ends
    connection.executemany(query("succeed_run"), rest)


def _is_plain(s: Settlement, facts: _Held, state: State, _: Reason | None) -> bool:
    """Whether it is like most: a success that leaves a result and output at most. What a claim has reset need not be
    written."""
    return state == "succeeded" == s.outcome and s.error is None and s.exit_code is None and not facts.unique_for


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
        _text(s.result),
        to_ms(s.started_at),
        None if waits else finished_at,
        finished_at + facts.unique_for if facts.unique_for and not waits else None,
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


def _text(result: Any) -> str | None:
    return None if result is None else json.dumps(result)
