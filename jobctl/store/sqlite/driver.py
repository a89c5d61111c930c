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

# Each None without an adapter costs a failed search for one, 0.7 us: in a hot statement more than all else.
_ALWAYS_NONE: dict[None, None] = {}
sqlite3.register_adapter(type(None), _ALWAYS_NONE.get)
sqlite3.register_adapter(bool, int)
