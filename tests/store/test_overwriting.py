"""A file that is written over by something else than SQLite stays the same file: its header tells."""

import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from jobctl.model.errors import Unusable
from jobctl.store.opening import open_store
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.values import RunFilter
from tests.kit.until import until
from tests.store.making import enqueue, request


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database that was not made just now."""
    path = tmp_path / "jobctl.db"
    open_store(str(path)).close()
    return path


def by_backup(path: Path, copy: Path) -> None:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def by_vacuum(path: Path, copy: Path) -> None:
    with closing(sqlite3.connect(path)) as source:
        source.execute("VACUUM INTO ?", (str(copy),))


def cp(source: Path, target: Path) -> None:
    """By another process: who closes a file drops the locks that SQLite has on it in the same one.

    Not before the clock of the file system, which some move a few milliseconds at a time, has left the last write.
    """
    written_at = target.stat().st_mtime_ns if target.exists() else 0
    probe = target.with_name("probe")

    def moved_on() -> bool:
        probe.write_bytes(b"now")
        return probe.stat().st_mtime_ns > written_at

    until(moved_on, "the clock of the file system goes on")
    subprocess.run(["cp", str(source), str(target)], check=True)


@pytest.mark.parametrize("make", [by_backup, by_vacuum])
def test_case_18_a_backup_that_is_copied_over_an_open_database_is_noticed(
    path: Path, tmp_path: Path, make: Callable[[Path, Path], None]
) -> None:
    store = open_store(str(path))
    enqueue(store, request())
    make(path, tmp_path / "copy.db")
    cp(tmp_path / "copy.db", path)
    for _ in range(2):
        with pytest.raises(Unusable, match="another file was copied over the database"):
            store.runs(RunFilter())
        with pytest.raises(Unusable, match="another file was copied over the database"):
            enqueue(store, request())


def test_case_18_an_older_state_that_is_copied_over_an_open_database_is_noticed(path: Path, tmp_path: Path) -> None:
    store = open_store(str(path))
    enqueue(store, request())
    store.close()
    cp(path, tmp_path / "copy.db")
    store = open_store(str(path))
    enqueue(store, *[request(params='"' + "x" * 1000 + '"')] * 100)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(FULL)")
    assert len(store.runs(RunFilter(limit=5))) == 5
    cp(tmp_path / "copy.db", path)
    with pytest.raises(Unusable, match="another file was copied over the database"):
        store.runs(RunFilter())


def test_case_18_an_open_database_that_is_emptied_is_noticed(path: Path) -> None:
    store = open_store(str(path))
    enqueue(store, request())
    subprocess.run(["truncate", "-s", "0", str(path)], check=True)
    with pytest.raises(Unusable, match="another file was copied over the database"):
        store.runs(RunFilter())


def test_what_sqlite_itself_does_to_an_open_database_is_not_taken_for_a_copy(path: Path, tmp_path: Path) -> None:
    store = open_store(str(path))
    enqueue(store, *[request(params='"' + "x" * 1000 + '"')] * 100)
    by_vacuum(path, tmp_path / "copy.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        for statement in (
            "PRAGMA wal_checkpoint(TRUNCATE)",
            "DELETE FROM runs WHERE run_id > 10",
            "PRAGMA wal_checkpoint(FULL)",
            "VACUUM",
            "PRAGMA wal_checkpoint(TRUNCATE)",
            "ANALYZE",
            "PRAGMA wal_checkpoint(RESTART)",
        ):
            other.execute(statement).fetchall()
            assert len(store.runs(RunFilter(limit=5))) == 5
        with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
            copy.backup(other)
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert len(store.runs(RunFilter(limit=50))) == 50


def test_another_file_under_the_number_of_sqlites_own_is_not_looked_at(path: Path) -> None:
    first = open_store(str(path))
    enqueue(first, request())
    descriptor = first._session._header._fd  # type: ignore[attr-defined]
    first.close()
    second = open_store(str(path))
    header = second._session._header  # type: ignore[attr-defined]
    assert header._fd == descriptor
    header._fd = 0
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert len(second.runs(RunFilter())) == 1
