"""Commits are counted in the write-ahead log."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bench.idle import commits
from jobctl.store.sqlite.driver import sqlite3


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as opened:
        opened.execute("PRAGMA journal_mode = WAL")
        opened.execute("CREATE TABLE t (x)")
        opened.execute("PRAGMA wal_checkpoint(RESTART)")
        yield opened


def test_each_transaction_counts_once(connection: sqlite3.Connection, tmp_path: Path) -> None:
    for _ in range(3):
        connection.execute("INSERT INTO t VALUES (zeroblob(20000))")
    assert len(list(commits(tmp_path / "x.db-wal"))) == 3


def test_what_is_left_of_an_older_log_does_not_count(connection: sqlite3.Connection, tmp_path: Path) -> None:
    for _ in range(3):
        connection.execute("INSERT INTO t VALUES (1)")
    connection.execute("PRAGMA wal_checkpoint(RESTART)")
    connection.execute("INSERT INTO t VALUES (2)")
    assert len(list(commits(tmp_path / "x.db-wal"))) == 1


def test_an_empty_log_has_none(tmp_path: Path) -> None:
    (tmp_path / "x.db-wal").write_bytes(b"")
    assert list(commits(tmp_path / "x.db-wal")) == []
