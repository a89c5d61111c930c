"""A migration of many runs is announced: by commands on stderr, by a daemon in its log and to systemd."""

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobctl.store.migration import MANY
from jobctl.store.sqlite import migrate, schema
from jobctl.store.sqlite.driver import sqlite3
from tests.kit.installation import Installation
from tests.kit.until import until
from tests.kit.wrapped import Wrapped

HISTORY = """
INSERT INTO definitions VALUES (1, 'd', '{"name": "backup", "run": "true"}');
INSERT INTO lanes VALUES (1, 'default', 'backup', 0);
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :many)
INSERT INTO runs (run_id, job, definition_id, lane_id, state, priority, ready, params, unique_for, claims, created_at,
    created_by, started_at, finished_at)
SELECT n, 'backup', 1, 1, 'succeeded', 0, 0, '{}', 0, 1, 1795000000000, 'ann', 1795000000000, 1795000000000
FROM numbers
"""
BEFORE = f"migrating the database from schema 2 to {schema.CURRENT}: 200,001 runs, may take a minute; "
BEFORE += "if it is interrupted, the database stays as it was"
AFTER = f"the database was moved from schema 2 to {schema.CURRENT}"


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the second schema with many runs."""
    path = tmp_path_factory.mktemp("full") / "jobctl.db"
    connection = sqlite3.connect(path, isolation_level=None)
    for script in migrate.migrations()[:2]:
        connection.executescript(script.text)
    for statement in HISTORY.split(";\n"):
        connection.execute(statement, {"many": MANY + 1} if ":many" in statement else {})
    connection.execute("PRAGMA user_version = 2")
    connection.execute("PRAGMA journal_mode = wal")
    connection.close()
    return path


@pytest.fixture
def here(tmp_path: Path, full: Path) -> Iterator[Installation]:
    shutil.copy(full, tmp_path / "jobctl.db")
    installation = Installation(tmp_path)
    yield installation
    installation.close()


def test_migrate_says_that_it_migrates_and_that_it_has_and_its_data_stays_data(here: Installation) -> None:
    done = here.jobctl("migrate", "--json")
    said = {"from": 2, "schema": schema.CURRENT, "oldest": migrate.migrations()[-1].oldest}
    assert (json.loads(done.stdout), done.stderr) == (said, f"note: {BEFORE}\nnote: {AFTER}\n")
    done = here.jobctl("migrate", "--json")
    assert (json.loads(done.stdout), done.stderr) == ({**said, "from": schema.CURRENT}, "")


@pytest.mark.parametrize("verb", ["status", "jobs", "runs", "doctor", "enqueue --from /dev/null", "prune --dry-run"])
def test_a_verb_that_does_not_move_the_schema_says_who_does(here: Installation, verb: str) -> None:
    done = here.jobctl(*verb.split(), check=False)
    assert "schema 2" in done.stdout + done.stderr
    assert "jobctl migrate" in done.stdout + done.stderr


def test_a_daemon_logs_that_it_migrates_and_asks_systemd_for_time(here: Installation) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(here.folder / "notify"))
        systemd.settimeout(60)
        here.environment["NOTIFY_SOCKET"] = str(here.folder / "notify")
        here.daemon()
        until(lambda: "daemon started" in here.log(), "the daemon is up")
        assert systemd.recv(4096).decode() == "EXTEND_TIMEOUT_USEC=126000030"
    told = [line.split(" ", 2)[2].strip() for line in here.log().splitlines()]
    assert told[:2] == [BEFORE, AFTER]


def test_a_wrapped_command_does_not_wait_for_a_migration(here: Installation) -> None:
    wrapped = Wrapped(here)
    done = wrapped.run("echo", "done")
    said = "has schema 2, and this jobctl works on"
    assert (done.status, done.out) == (0, b"done\n")
    assert said in done.err.decode()
    here.jobctl("migrate")
    assert wrapped.run("echo", "done").err == b""
    wrapped.close()


def test_a_migration_of_few_runs_is_told_when_it_is_done(here: Installation) -> None:
    connection = sqlite3.connect(here.db, isolation_level=None)
    connection.execute("DELETE FROM runs WHERE run_id > 7")
    connection.close()
    assert here.jobctl("migrate", "--json").stderr == f"note: {AFTER}\n"
