"""The daemon's one transaction: what has ended is written, what may start is taken."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jobctl.decide.adhoc import EXEC_QUEUE
from jobctl.decide.lease import BEAT
from jobctl.model.instant import near_ms, to_ms
from jobctl.model.run import Enqueued, Request
from jobctl.model.settlement import Settlement
from jobctl.store.relational.enqueue import take_in
from jobctl.store.relational.work import claim as claiming
from jobctl.store.relational.work import due as timing
from jobctl.store.relational.work import settle as settling
from jobctl.store.relational.work.bulk_success import Overtaken
from jobctl.store.sqlite.database import Database
from jobctl.store.statements import query
from jobctl.store.values import Exchange, Want

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

_BEAT_MS = BEAT // timedelta(milliseconds=1)


def exchange(
    database: Database, daemon_id: int, settlements: Sequence[Settlement], want: Want, now: datetime
) -> Exchange:
    """Settle, let time pass, claim; nothing is written when there is nothing to write."""
    at = to_ms(now)
    if not settlements:
        with database.reading() as connection:
            look = claiming.look(database.known, connection, want, now)
            if not _needs_writing(connection, look, daemon_id, at):
                return Exchange([], [], _wake_at(connection, look.token_at), (), database.known.deployment)
    try:
        return _write(database, daemon_id, settlements, want, now, doubted=False)
    except Overtaken:
        return _write(database, daemon_id, settlements, want, now, doubted=True)


def begin(database: Database, daemon_id: int, request: Request, now: datetime) -> tuple[Enqueued, Exchange]:
    """Take one run in and claim it at once."""
    with database.writing(wake=False) as connection:
        timing.end_abandoned(connection, to_ms(now))
        [enqueued] = take_in(database, connection, [request], to_ms(now))
        if not enqueued.created or enqueued.state != "waiting":
            return enqueued, Exchange([], [], None)
        want = Want(1, (), enqueued.run_id)
        look = claiming.look(database.known, connection, want, now)
        claims, token_at = claiming.claim(database.known, connection, look, daemon_id, want, now)
        wake_at = _wake_at(connection, token_at)
        if not claims and request.queue == EXEC_QUEUE:
            connection.execute(query("keep_for"), (daemon_id, enqueued.run_id))
    if not claims:
        database.wake()
    return enqueued, Exchange(claims, [], wake_at)


def _write(
    database: Database, daemon_id: int, settlements: Sequence[Settlement], want: Want, now: datetime, *, doubted: bool
) -> Exchange:
    """The exchange as a transaction. Raises Overtaken: then nothing is written."""
    at = to_ms(now)
    with database.writing(wake=False) as connection:
        stale, released = settling.settle(database, connection, settlements, at, doubted=doubted)
        skipped = timing.pass_time(database, connection, at)
        look = claiming.look(database.known, connection, want, now)
        claims, token_at = claiming.claim(database.known, connection, look, daemon_id, want, now)
        connection.execute(query("hear"), (at, daemon_id))
        wake_at = _wake_at(connection, token_at)
    if released or (settlements and look.bounded):
        database.wake_others()
    return Exchange(claims, stale, wake_at, skipped, database.known.deployment)


def _needs_writing(connection: "sqlite3.Connection", look: claiming.Look, daemon_id: int, now: int) -> bool:
    seen = connection.execute(query("seen"), (daemon_id,)).fetchone()
    return look.claimable or (seen is not None and now - seen[0] >= _BEAT_MS) or timing.has_passed(connection, now)


def _wake_at(connection: "sqlite3.Connection", token_at: datetime | None) -> datetime | None:
    at = timing.next_at(connection)
    coming = None if at is None else near_ms(at)
    return min(filter(None, (coming, token_at)), default=None)
