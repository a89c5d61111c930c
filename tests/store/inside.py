"""The connection inside a store, for tests that count what SQLite does or take something away from it."""

from jobctl.store.protocol import Store
from jobctl.store.sqlite.driver import sqlite3


def connection_of(store: Store) -> "sqlite3.Connection":
    """The connection that a store of SQLite uses now."""
    connection: sqlite3.Connection = store._session._connection  # type: ignore[attr-defined]
    return connection
