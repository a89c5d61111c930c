"""From one schema to the next: nothing is lost, nothing is half done, an old program keeps off."""

import signal
import sys
from pathlib import Path
from subprocess import run

import pytest

from jobctl.decide.runs.states import STATES
from jobctl.model.errors import Unusable
from jobctl.store.opening import open_store
from jobctl.store.sqlite import migrate, schema
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.values import RunFilter
from tests.store.making import at, daemon, enqueue, finish, request

KILLED_HALF_WAY = """
import os, signal, sys
from jobctl.store.opening import open_store
from jobctl.store.sqlite import migrate
def statements(script, all_of=migrate.statements):
    yield all_of(script)[0]
    os.kill(os.getpid(), signal.SIGKILL)
migrate.statements = statements
open_store(sys.argv[1], migrates=True)
"""
NO_SHADOW: set[int] = set()
FINISHED = """
INSERT INTO definitions VALUES (1, 'd', '{"run": "true"}');
INSERT INTO lanes VALUES (1, 'default', 'backup', 0);
INSERT INTO daemons VALUES (1, 'web-01', 'web', 100, 7, 'b', 'p', 4, '[]', 0, NULL, '[]', 'stopped', 0, 0);
INSERT INTO runs (run_id, job, definition_id, lane_id, state, priority, ready, params, unique_for, claims, daemon_id,
    created_at, created_by, started_at, finished_at)
VALUES (1, 'backup', 1, 1, 'succeeded', 0, 0, '{}', 0, 1, 1, 0, 'ann', 1000, 2000);
INSERT INTO attempts (run_id, number, daemon_id, outcome, state, claimed_at, started_at, finished_at)
VALUES (1, 1, 1, 'succeeded', 'succeeded', 1000, 1000, 2000);
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database of the first schema, with a run that has ended."""
    path = tmp_path / "jobctl.db"
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = wal")
    connection.executescript(migrate.migrations()[0].text + FINISHED)
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    return path


def make_schema(path: Path, number: int) -> None:
    """An empty database of an older schema, as the program of that time made it."""
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = wal")
    for script in migrate.migrations()[:number]:
        for statement in migrate.statements(script.text):
            connection.execute(statement)
    oldest = migrate.migrations()[number - 1].oldest
    if number == oldest:
        connection.execute(f"PRAGMA user_version = {number}")
    else:
        schema.write_schema(connection, schema.Schema(number, oldest))
    connection.close()


def _version(path: Path) -> int:
    connection = sqlite3.connect(path)
    found = schema.schema_of(connection)
    connection.close()
    return found.number


def test_there_is_a_migration_for_each_schema() -> None:
    assert [script.number for script in migrate.migrations()] == [*range(1, schema.CURRENT + 1)]


def test_an_old_database_is_brought_up_when_it_is_opened_and_keeps_what_is_in_it(old: Path) -> None:
    store = open_store(str(old), migrates=True)
    run_of_then, (attempt,) = store.run(1), store.attempts(1)
    assert run_of_then is not None
    assert (_version(old), run_of_then.state, attempt.outcome) == (schema.CURRENT, "succeeded", "succeeded")
    assert (store.output(1, 1), store.newest_output(1)) == (None, None)


def test_an_old_database_takes_output_once_it_was_opened(old: Path) -> None:
    store = open_store(str(old), migrates=True)
    (run_id,) = enqueue(store, request())
    finish(store, daemon(store), run_id, at(5), output=b"new\n")
    assert store.output(run_id, 1) == b"new\n"


def test_what_had_the_old_database_open_goes_on_writing_to_it(old: Path) -> None:
    before = sqlite3.connect(old, isolation_level=None)
    settle = "UPDATE attempts SET outcome = 'failed' WHERE run_id = ? AND number = ?"
    before.execute(settle, (1, 1))
    store = open_store(str(old), migrates=True)
    before.execute(settle, (1, 1))
    assert [attempt.outcome for attempt in store.attempts(1)] == ["failed"]


@pytest.mark.parametrize("state", STATES)
def test_a_migrated_table_takes_the_states_that_there_are(old: Path, state: str) -> None:
    open_store(str(old), migrates=True).close()
    connection = sqlite3.connect(old)
    finished_at = None if state in ("waiting", "running") else 2000
    connection.execute("UPDATE runs SET state = ?, finished_at = ?", (state, finished_at))
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("state", ["odd", "", "RUNNING"])
def test_a_migrated_table_takes_no_other_state(old: Path, state: str) -> None:
    open_store(str(old), migrates=True).close()
    connection = sqlite3.connect(old)
    with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed: state = 'running' OR "):
        connection.execute("UPDATE runs SET state = ?", (state,))


def test_case_22_a_migration_that_fails_leaves_the_old_schema(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "migrations"
    broken.mkdir()
    (broken / "0001_begin.sql").write_text("SELECT 1;\n")
    (broken / "0002_broken.sql").write_text("ALTER TABLE attempts ADD COLUMN output BLOB;\nSELECT nonsense;\n")
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "_FOLDER", broken)
        with pytest.raises(sqlite3.OperationalError, match="nonsense"):
            open_store(str(old), migrates=True)
    assert _version(old) == 1
    assert open_store(str(old), migrates=True).output(1, 1) is None


def test_case_22_a_process_that_is_killed_while_it_migrates_leaves_the_old_schema(old: Path) -> None:
    done = run([sys.executable, "-c", KILLED_HALF_WAY, str(old)], check=False)
    assert (done.returncode, _version(old)) == (-signal.SIGKILL, 1)
    assert open_store(str(old), migrates=True).output(1, 1) is None


def test_case_17_a_program_refuses_a_schema_that_it_must_know_and_does_not(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(str(old), migrates=True).close()
    monkeypatch.setattr(schema, "CURRENT", schema.WORKABLE - 1)
    with pytest.raises(Unusable, match=f"from a newer jobctl .schema {_version(old)}, known {schema.WORKABLE - 1}"):
        open_store(str(old))


def test_a_program_works_on_a_newer_schema_that_does_not_ask_for_more(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(str(old), migrates=True).close()
    monkeypatch.setattr(schema, "CURRENT", schema.WORKABLE)
    assert enqueue(open_store(str(old)), request()) == [2]


def test_a_schema_on_which_this_program_cannot_work_is_neither_migrated_by_the_way_nor_touched(old: Path) -> None:
    before = old.read_bytes()
    with pytest.raises(Unusable, match="has schema 1, and this jobctl works on 4 and newer") as refused:
        open_store(str(old))
    assert "jobctl migrate" in str(refused.value.hint)
    assert old.read_bytes() == before


@pytest.mark.parametrize("number", range(schema.WORKABLE, schema.CURRENT))
def test_a_program_works_on_an_older_schema_and_leaves_it_as_it_is(tmp_path: Path, number: int) -> None:
    path = tmp_path / "jobctl.db"
    make_schema(path, number)
    store = open_store(str(path))
    (run_id,) = enqueue(store, request())
    finish(store, daemon(store), run_id, at(5))
    assert [d.identity.name for d in store.daemons()] == ["web-01"]
    store.status(at(6)), store.jobs(), store.deployed(), store.runs(RunFilter())
    run = store.run(run_id)
    assert run is not None
    assert run.state == "succeeded"
    store.close()
    assert _version(path) == number


def test_what_an_older_schema_lacks_is_shadowed_or_read_by_nobody_before_the_migration() -> None:
    """Whoever adds a migration decides on this for it, and says here which need no shadow."""
    shadows = {int(file.name[:4]) for file in (migrate._FOLDER / "shadows").iterdir()}
    assert shadows == {*range(schema.WORKABLE + 1, schema.CURRENT + 1)} - NO_SHADOW


def test_no_migration_lets_older_programs_in_than_the_one_before() -> None:
    oldest = [script.oldest for script in migrate.migrations()]
    assert oldest == sorted(oldest)
    assert all(script.oldest <= script.number for script in migrate.migrations())
