"""Delete history that nobody keeps, and look after the file."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from jobctl.decide.runs.retention import COUNTED, kept_for
from jobctl.decide.runs.states import FINISHED
from jobctl.model.instant import to_ms
from jobctl.model.job import Keep
from jobctl.model.run import State
from jobctl.store.relational.tally import Tally
from jobctl.store.relational.upkeep.unreadable import unreadable
from jobctl.store.relational.upkeep.unused_rows import sweep
from jobctl.store.sqlite.checkpoint import copied_afterwards
from jobctl.store.sqlite.database import Database
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.sqlite.known import Known
from jobctl.store.sqlite.schema import CURRENT, schema_of
from jobctl.store.statements import query
from jobctl.store.values import Pruned


def prune(database: Database, now: datetime, limit: int, *, dry_run: bool) -> list[Pruned]:
    """Delete at most `limit` runs: found by reading, then checked again and deleted in one transaction.

    With the last of them goes what only they needed.
    """
    found = _find(database, now, limit)
    if dry_run:
        return found
    gone = _delete_all(database, found, now) if found else []
    if len(found) < limit:
        sweep(database, now)
    return gone


def _find(database: Database, now: datetime, limit: int) -> list[Pruned]:
    with database.reading() as connection:
        return list(islice(_beyond(database.known, connection, to_ms(now)), limit))


def _delete_all(database: Database, found: Sequence[Pruned], now: datetime) -> list[Pruned]:
    tally = Tally()
    with copied_afterwards(database), database.writing(wake=False) as connection:
        gone = [one for one in found if _delete(connection, tally, one.run_id, to_ms(now))]
        tally.write(connection)
        database.ids.forget()
    return gone


def integrity(database: Database, *, whole: bool) -> dict[str, Any]:
    """Facts about the file and the library."""
    with database.reading() as connection:
        facts = {name: connection.execute(query(name)).fetchone()[0] for name in ("sqlite_version", "journal_mode")}
        full = connection.execute(query("synchronous")).fetchone()[0] >= 2
        schema = schema_of(connection)
    return facts | {
        "driver": sqlite3.__name__.partition(".")[0],
        "path": str(database.path),
        "synchronous": "full" if full else "normal",
        "schema_version": schema.number,
        "schema_oldest": schema.oldest,
        "schema_known": CURRENT,
        "database_bytes": _bytes(database.path),
        "wal_bytes": _bytes(Path(f"{database.path}-wal")),
        **({"quick_check": _quick_check(database), "unreadable": unreadable(database)} if whole else {}),
    }


def _quick_check(database: Database) -> str:
    with database.reading() as connection:
        return "; ".join(row[0] for row in connection.execute(query("quick_check")).fetchall())


def _beyond(known: Known, connection: "sqlite3.Connection", now: int) -> Iterator[Pruned]:
    """Runs that are not kept, job by job, the oldest first."""
    for job, definition_id in connection.execute(query("finished_names")).fetchall():
        deployed = None if definition_id is None else known.job(connection, definition_id, job).keep
        counted = _counted_out(known, connection, job, deployed)
        for state in FINISHED:
            edge = counted if state in COUNTED else None
            yield from _beyond_state(known, connection, job, state, deployed, edge, now)


def _beyond_state(
    known: Known,
    connection: "sqlite3.Connection",
    job: str,
    state: State,
    deployed: Keep | None,
    edge: tuple[int, int] | None,
    now: int,
) -> Iterator[Pruned]:
    """The runs of one job in one state that are too old, or beyond the number that is kept."""
    latest = now if deployed is None or edge is not None else now - _ms(deployed, state)
    rows = connection.execute(query("oldest_finished"), (job, state, latest))
    for run_id, finished_at, definition_id, unique_until, claims in rows:
        keep = deployed or known.job(connection, definition_id, job).keep
        too_old = finished_at < now - _ms(keep, state)
        too_many = edge is not None and (finished_at, run_id) < edge
        if deployed is not None and not (too_old or too_many):
            return
        if (too_old or too_many) and (unique_until is None or unique_until <= now):
            yield Pruned(run_id, claims)


def _counted_out(
    known: Known, connection: "sqlite3.Connection", job: str, deployed: Keep | None
) -> tuple[int, int] | None:
    """The end and id of the oldest run that `keep: {runs: N}` keeps; None when it bounds nothing."""
    keep = deployed or _newest_keep(known, connection, job)
    if keep.runs is None:
        return None
    ends = [
        (finished_at, run_id)
        for state in COUNTED
        for finished_at, run_id, _ in connection.execute(query("newest_finished"), (job, state, keep.runs)).fetchall()
    ]
    ends.sort(reverse=True)
    if len(ends) < keep.runs:
        return None
    return ends[keep.runs - 1] if keep.runs else (1 << 62, 0)


def _newest_keep(known: Known, connection: "sqlite3.Connection", job: str) -> Keep:
    """A retired or ad-hoc job's runs are kept as its newest run says."""
    rows = [
        row for state in FINISHED for row in connection.execute(query("newest_finished"), (job, state, 1)).fetchall()
    ]
    return known.job(connection, max(rows)[2], job).keep if rows else Keep()


def _delete(connection: "sqlite3.Connection", tally: Tally, run_id: int, now: int) -> bool:
    row = connection.execute(query("prune_facts"), (run_id, now)).fetchone()
    if row is None:
        return False
    job, state, finished_at, queue, definition_id, version = row
    connection.execute(query("delete_run"), (run_id,))
    if version is None:
        connection.execute(query("delete_definition"), (definition_id,))
    tally.add(job, state, finished_at, queue, -1)
    return True


def _ms(keep: Keep, state: State) -> int:
    return int(kept_for(keep, state).total_seconds() * 1000)


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
