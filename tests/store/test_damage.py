"""A row that cannot be read harms itself alone, whatever somebody has written into which column."""

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobctl.daemon.loops.fire import FireLoop
from jobctl.decide.runs.settle import settle
from jobctl.model.outcome import Exited, Unreadable
from jobctl.store.opening import open_store
from jobctl.store.values import Want
from tests.kit.installation import Installation
from tests.kit.prompt import Prompt
from tests.store.making import identity

CATALOG = """
queues: {default: {slots: 4, rate: 100/s}}
limits: {disk: 2}
jobs:
  sick: {run: 'true', schedule: "0 0 * * *", params: {size: {type: integer, default: 1}}, uses: [disk], rate: 10/s}
  held: {run: 'true', overlap: queue}
  well: {run: 'true', every: 1h}
"""
VERBS = ("status", "runs", "jobs", "doctor", "next sick", "explain sick", "show sick", "show 1", "show 2", "explain 2")
NUMBERS = (-(2**63), 2**63 - 1)
TEXTS = ("{", "[" * 970 + "]" * 970, '{"name": 7}', b"\xff")


def tables(db: Path) -> dict[str, list[tuple[str, str]]]:
    """The columns of each table, with their types."""
    with sqlite3.connect(db) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not name.startswith("sqlite_")
        ]
        return {
            name: [
                (row[1], row[2])
                for row in connection.execute(f"PRAGMA table_info({name})")
                if not (row[5] and row[2] == "INTEGER")  # ids are counted on from the greatest there is
            ]
            for name in names
        }


@pytest.fixture
def jobctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prompt:
    """The command line in this process."""
    return Prompt(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A database in which something has happened, and something waits: run 2 of `sick` is due."""
    here = Installation(tmp_path_factory.mktemp("lived"))
    here.apply(CATALOG)
    here.enqueue("sick", "--key", "k", "--correlation-id", "c")
    here.drain()
    here.enqueue("sick", "--key", "k")
    here.enqueue("held")
    here.jobctl("pause", "held", "--reason", "a reason")
    with sqlite3.connect(here.db) as connection:
        connection.execute("UPDATE schedules SET next_at = 1")
    yield here.db
    here.close()


SICK = {"runs": "job = 'sick'", "definitions": "body LIKE '%sick%'", "jobs": "name = 'sick'"}
SICK["schedules"] = SICK["job_versions"] = "job_id = (SELECT job_id FROM jobs WHERE name = 'sick')"
TAKEN_BY_ALL = ("generation", "pauses", "queues")


def write(db: Path, table: str, column: str, value: Any) -> bool:
    """Write a value into a column, as somebody might by hand; whether the database took it."""
    connection = sqlite3.connect(db, isolation_level=None)
    try:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        cast = "CAST(? AS TEXT)" if isinstance(value, bytes) else "?"
        sql = f"UPDATE {table} SET {column} = {cast} WHERE {SICK.get(table, 'true')}"
        return connection.execute(sql, (value,)).rowcount > 0
    except sqlite3.Error:
        return False
    finally:
        connection.close()


def damages(db: Path) -> Iterator[tuple[str, str, Any]]:
    for table, columns in tables(db).items():
        for column, kind in columns:
            for value in (None, *(TEXTS if kind == "TEXT" else NUMBERS)):
                yield table, column, value


def turn_of_a_daemon(db: Path, now: datetime) -> set[str]:
    """What a daemon does in a turn: the jobs whose runs it was given and could settle."""
    store = open_store(str(db))
    try:
        FireLoop(store, now, "a boot", now).tick(now)
        daemon = store.register(identity("here"), now)
        done = set()
        for _ in range(3):
            given = store.exchange(daemon, [], Want(9), now)
            store.idle(now)
            ends = [settle(claim, Exited(0), now, now, 0.5) for claim in given.claims]
            store.exchange(daemon, ends, Want(0), now)
            done |= {claim.job.name for claim in given.claims}
        store.prune(now + timedelta(days=400), 100)
        return done
    finally:
        store.close()


def harm(jobctl: Prompt, lived: Path, table: str, column: str, value: Any) -> list[str]:
    """What goes wrong beyond the row when this value is in it."""
    shutil.copy(lived, jobctl.db)
    for beside in ("-wal", "-shm"):
        Path(f"{jobctl.db}{beside}").unlink(missing_ok=True)
    if not write(jobctl.db, table, column, value):
        return []
    wrong = []
    for verb in VERBS:
        try:
            said = jobctl(*verb.split())
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the test looks for
            wrong.append(f"{verb}: {error!r}"[:300])
        else:
            if said.status == 5:
                wrong.append(f"{verb}: {said.err}")
    try:
        jobctl.enqueue("well")
        done = turn_of_a_daemon(jobctl.db, datetime.now(UTC) + timedelta(minutes=1))
    except Exception as error:  # noqa: BLE001
        return [*wrong, f"a daemon: {error!r}"[:300]]
    return wrong if "well" in done or table in TAKEN_BY_ALL else [*wrong, "`well` was not claimed"]


EXAMPLES = [
    ("runs", "finished_at", -(2**63)),
    ("buckets", "tokens", -(2**63)),
    ("buckets", "tokens", 2**63 - 1),
    ("tallies", "runs", -(2**63)),
    ("tallies", "runs", 2**63 - 1),
    ("definitions", "body", "{"),
    ("definitions", "body", '{"name": 7}'),
    ("runs", "params", "[" * 970 + "]" * 970),
    ("runs", "params", b"\xff"),
    ("runs", "result", "{"),
    ("runs", "due_at", 2**62),
    ("runs", "claims", 2**63 - 1),
    ("runs", "claims", 0),
    ("runs", "lane_id", 999),
    ("runs", "state", "asleep"),
    ("schedules", "cursor_at", 2**63 - 1),
    ("buckets", "kind", "x"),
    ("daemons", "holders", "{"),
]


@pytest.mark.parametrize(("table", "column", "value"), EXAMPLES, ids=[f"{t}.{c}" for t, c, _ in EXAMPLES])
def test_a_damaged_row_harms_nobody_else(lived: Path, jobctl: Prompt, table: str, column: str, value: Any) -> None:
    assert harm(jobctl, lived, table, column, value) == []


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_whatever_is_in_whichever_column_harms_nobody_else(lived: Path, part: int, jobctl: Prompt) -> None:
    wrong = {}
    for number, (table, column, value) in enumerate(damages(lived)):
        if number % 8 == part:
            found = harm(jobctl, lived, table, column, value)
            if found:
                wrong[f"{table}.{column} = {str(value)[:20]}"] = found
    assert wrong == {}


def test_a_run_that_cannot_be_read_is_shown_and_fails_and_doctor_names_it(lived: Path, jobctl: Prompt) -> None:
    shutil.copy(lived, jobctl.db)
    assert write(jobctl.db, "runs", "params", "{")
    assert jobctl.run(2)["unreadable"] == "its params cannot be read"
    found = {check["name"]: check["found"] for check in jobctl("doctor", "--json").json}
    assert "run" in found["unreadable"]
    now = datetime.now(UTC)
    store = open_store(str(jobctl.db))
    try:
        claims = store.exchange(store.register(identity("here"), now), [], Want(9), now).claims
        assert [getattr(claim.job, "unreadable", None) for claim in claims] == ["its params cannot be read"]
        ended = settle(claims[0], Unreadable("so"), now, now, 0.5)
        assert (ended.state, ended.reason, ended.due_at) == ("failed", "unreadable", None)
    finally:
        store.close()


def test_a_definition_that_cannot_be_read_is_written_anew_by_apply(jobctl: Prompt) -> None:
    jobctl.apply(CATALOG)
    assert write(jobctl.db, "definitions", "body", "{")
    refused = jobctl("enqueue", "sick")
    assert (refused.status, "jobctl apply" in refused.err) == (4, True)
    jobctl.apply(CATALOG)
    jobctl.ok("enqueue", "sick", "--key", "another", "--overlap", "allow")
    found = [check["found"] for check in jobctl("doctor", "--json").json if check["name"] == "unreadable"]
    assert found == []
