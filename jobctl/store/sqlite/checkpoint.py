"""When the pages in the write-ahead log are copied into the database."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from jobctl.store.sqlite.database import Database
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.statements import query


@contextmanager
def copied_afterwards(database: Database) -> Iterator[None]:
    """Have what is written within copied when others have their turn at writing again.

    By itself SQLite copies within the turn of whoever has filled the log: where each transaction writes many pages,
    that makes the turns many times as long.
    """
    with database.reading() as connection:
        connection.execute(query("checkpoint_never"))
        try:
            yield
            # As when SQLite does it by itself: what cannot be copied now stays in the log until the next time.
            with suppress(sqlite3.OperationalError):
                connection.execute(query("checkpoint")).fetchall()
        finally:
            connection.execute(query("checkpoint_by_itself"))
