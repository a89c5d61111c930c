"""From one schema to the next: nothing is lost, nothing is half done, an old program keeps off."""

import signal
import sys
from pathlib import Path
from subprocess import run

import pytest

from jobctl.decide.states import STATES
from jobctl.model.errors import Unusable
from jobctl.store.opening import open_store
from jobctl.store.sqlite import migrate
from jobctl.store.sqlite.driver import sqlite3
from tests.store.making import at, daemon, enqueue, finish, request

KILLED_HALF_WAY = """
import os, signal, sys
from jobctl.store.opening import open_store
from jobctl.store.sqlite import migrate
def statements(script, all_of=migrate.statements):
    yield all_of(script)[0]
    os.kill(os.getpid(), signal.SIGKILL)
migrate.statements = statements
open_store(sys.argv[1])
"""
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
    connection.executescript(migrate.migrations()[0].read_text() + FINISHED)
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    return path


def _version(path: Path) -> int:
    connection = sqlite3.connect(path)
    version = migrate.schema_version(connection)
    connection.close()
    return version


def test_there_is_a_migration_for_each_schema() -> None:
    assert [file.name[:4] for file in migrate.migrations()] == [f"{n:04}" for n in range(1, migrate.CURRENT + 1)]


def test_an_old_database_is_brought_up_when_it_is_opened_and_keeps_what_is_in_it(old: Path) -> None:
    store = open_store(str(old))
    run_of_then, (attempt,) = store.run(1), store.attempts(1)
    assert run_of_then is not None
    assert (_version(old), run_of_then.state, attempt.outcome) == (migrate.CURRENT, "succeeded", "succeeded")
    assert (store.output(1, 1), store.newest_output(1)) == (None, None)


def test_an_old_database_takes_output_once_it_was_opened(old: Path) -> None:
    store = open_store(str(old))
    (run_id,) = enqueue(store, request())
    finish(store, daemon(store), run_id, at(5), output=b"new\n")
    assert store.output(run_id, 1) == b"new\n"


def test_what_had_the_old_database_open_goes_on_writing_to_it(old: Path) -> None:
    before = sqlite3.connect(old, isolation_level=None)
    settle = "UPDATE attempts SET outcome = 'failed' WHERE run_id = ? AND number = ?"
    before.execute(settle, (1, 1))
    store = open_store(str(old))
    before.execute(settle, (1, 1))
    assert [attempt.outcome for attempt in store.attempts(1)] == ["failed"]


@pytest.mark.parametrize("state", STATES)
def test_a_migrated_table_takes_the_states_that_there_are(old: Path, state: str) -> None:
    open_store(str(old)).close()
    connection = sqlite3.connect(old)
    finished_at = None if state in ("waiting", "running") else 2000
    connection.execute("UPDATE runs SET state = ?, finished_at = ?", (state, finished_at))
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("state", ["odd", "", "RUNNING"])
def test_a_migrated_table_takes_no_other_state(old: Path, state: str) -> None:
    open_store(str(old)).close()
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
            open_store(str(old))
    assert _version(old) == 1
    assert open_store(str(old)).output(1, 1) is None


def test_case_22_a_process_that_is_killed_while_it_migrates_leaves_the_old_schema(old: Path) -> None:
    done = run([sys.executable, "-c", KILLED_HALF_WAY, str(old)], check=False)
    assert (done.returncode, _version(old)) == (-signal.SIGKILL, 1)
    assert open_store(str(old)).output(1, 1) is None


def test_case_17_an_old_program_refuses_the_new_schema(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(str(old)).close()
    monkeypatch.setattr(migrate, "CURRENT", 1)
    with pytest.raises(Unusable, match=f"from a newer jobctl .schema {_version(old)}, known 1"):
        open_store(str(old))
