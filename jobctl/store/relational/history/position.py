"""Read where a run stands among the others."""

import json
from typing import TYPE_CHECKING, Any

from jobctl.decide.admission.admit import Lane
from jobctl.decide.explain.facts import MOST_COUNTED, InFlight, Standing
from jobctl.model.instant import near_ms
from jobctl.store.relational.history.jobs import pauses
from jobctl.store.relational.work.token_buckets import read_buckets
from jobctl.store.sqlite.database import Database
from jobctl.store.sqlite.known import Known
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3


def standing(database: Database, run_id: int) -> Standing | None:
    """One run among the others."""
    with database.snapshot() as connection:
        row = connection.execute(query("standing"), (run_id,)).fetchone()
        if row is None:
            return None
        return _standing(database.known, connection, run_id, *row)


def _standing(
    known: Known,
    connection: "sqlite3.Connection",
    run_id: int,
    job: str,
    lane_id: int,
    ready: int,
    priority: int,
    due_at: int | None,
    daemon_id: int | None,
    expires_at: int | None,
    stop: str | None,
    key: str | None,
    unique_until: int | None,
) -> Standing:
    lane = known.lane(connection, lane_id)
    place = {"run_id": run_id, "lane_id": lane_id, "priority": priority, "due_at": due_at, "most": MOST_COUNTED}
    return Standing(
        lane=lane,
        ready=bool(ready),
        daemon_id=daemon_id,
        expires_at=None if expires_at is None else near_ms(expires_at),
        stop=stop,
        key_holder=_another(connection.execute(query("key_live"), (job, key)).fetchone(), run_id) if key else None,
        key_until=None if unique_until is None else near_ms(unique_until),
        before_in_lane=_count(connection, "before_in_lane", place, ready),
        before=_count(connection, "before", place, ready),
        under_way=_under_way(connection, lane, run_id),
        rules=known.rules(connection),
        buckets=read_buckets(connection),
        in_flight=tuple(
            InFlight(number, name, known.lane(connection, lane_id))
            for number, name, lane_id in connection.execute(query("in_flight")).fetchall()
        ),
        pauses=pauses(connection),
    )


def _count(connection: "sqlite3.Connection", name: str, place: dict[str, Any], ready: int) -> int:
    return int(connection.execute(query(name), place).fetchone()[0]) if ready else 0


def _under_way(connection: "sqlite3.Connection", lane: Lane, run_id: int) -> int | None:
    if not lane.exclusive:
        return None
    row = connection.execute(query("under_way"), (json.dumps([lane.job]),)).fetchone()
    return None if row is None else _another((row[1],), run_id)


def _another(row: tuple[Any, ...] | None, run_id: int) -> int | None:
    """The run in a row, unless it is the one that is asked about."""
    return None if row is None or row[0] == run_id else int(row[0])
