"""The SQLite that is used: pysqlite3's own where its wheel exists, since older ones can corrupt a WAL silently."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
else:
    try:
        from pysqlite3 import dbapi2 as sqlite3
    except ImportError:
        import sqlite3

__all__ = ["sqlite3"]
