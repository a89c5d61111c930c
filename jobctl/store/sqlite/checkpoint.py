"""When the pages in the write-ahead log are copied into the database."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.sqlite.sql import do
from jobctl.store.statements import Change

CHECKPOINT = Change("file", "checkpoint")
NEVER = Change("file", "checkpoint_never")
BY_ITSELF = Change("file", "checkpoint_by_itself")


@contextmanager
def copied_afterwards(connection: "sqlite3.Connection") -> Iterator[None]:
    """Have what is written within copied when others have their turn at writing again.

    By itself SQLite copies within the turn of whoever has filled the log: where each transaction writes many pages,
    that makes the turns many times as long.
    """
    do(connection, NEVER)
    try:
        yield
        # As when SQLite does it by itself: what cannot be copied now stays in the log until the next time.
        with suppress(sqlite3.OperationalError):
            do(connection, CHECKPOINT)
    finally:
        do(connection, BY_ITSELF)
