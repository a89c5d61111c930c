"""Facts about the file and the library, for `doctor`."""

from pathlib import Path
from typing import Any

from jobctl.store.relational.upkeep.unreadable import unreadable
from jobctl.store.sqlite.database import Database
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.sqlite.schema import CURRENT
from jobctl.store.statements import Select

SQLITE_VERSION = Select("file", "sqlite_version", str)
JOURNAL_MODE = Select("file", "journal_mode", str)
SYNCHRONOUS = Select("file", "synchronous", int)
QUICK_CHECK = Select("file", "quick_check", str)


def integrity(database: Database, *, whole: bool) -> dict[str, Any]:
    """What `Store.integrity` promises."""
    with database.reading():
        schema = database.schema()
        facts = {
            "sqlite_version": database.one(SQLITE_VERSION),
            "journal_mode": database.one(JOURNAL_MODE),
            "synchronous": "full" if (database.one(SYNCHRONOUS) or 0) >= 2 else "normal",
        }
    return facts | {
        "driver": sqlite3.__name__.partition(".")[0],
        "path": str(database.path),
        "schema_version": schema.number,
        "schema_oldest": schema.oldest,
        "schema_known": CURRENT,
        "database_bytes": _bytes(database.path),
        "wal_bytes": _bytes(Path(f"{database.path}-wal")),
        **({"quick_check": _quick_check(database), "unreadable": unreadable(database)} if whole else {}),
    }


def _quick_check(database: Database) -> str:
    with database.reading():
        return "; ".join(database.all(QUICK_CHECK))


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
