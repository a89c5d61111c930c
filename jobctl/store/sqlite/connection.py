"""Open a SQLite file: its pragmas, its schema."""

from pathlib import Path

from jobctl.model.errors import Unusable
from jobctl.store.place import Place
from jobctl.store.sqlite import files
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.sqlite.errors import is_full, translated
from jobctl.store.sqlite.schema import CURRENT, refuse_foreign, refuse_newer, refuse_unworkable, schema_of
from jobctl.store.sqlite.sql import ask, do
from jobctl.store.sqlite.writer_queue import CourtesyLock
from jobctl.store.statements import Change, Select

PRAGMAS = Change("file", "pragmas")
ALONE = Change("file", "alone")
JOURNAL_MODE = Select("file", "journal_mode", str)
USE_WAL = Select("file", "use_wal", str)
SYNCHRONOUS = {"full": Change("file", "synchronous_full"), "normal": Change("file", "synchronous_normal")}


def connect(place: Place, lock: CourtesyLock) -> "sqlite3.Connection":
    """A connection to the database at `place`, created where it is missing, migrated where the place says so."""
    created = files.create(place.path)
    try:
        with translated(str(place.path)):
            connection = _connect(place, lock)
    except BaseException:
        if created:
            _remove_empty(place.path)
        raise
    files.claim_log(place.path)
    return connection


def _connect(place: Place, lock: CourtesyLock) -> "sqlite3.Connection":
    try:
        return _connected(place, lock)
    except sqlite3.OperationalError:
        if place.migrates or not is_full(str(place.path)):
            raise
    # There is no room for the file by which processes share a database: whoever only reads does without, alone.
    return _connected(place, lock, alone=True)


def _connected(place: Place, lock: CourtesyLock, *, alone: bool = False) -> "sqlite3.Connection":
    connection = sqlite3.connect(
        place.path, timeout=place.patience, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    try:
        if alone:
            do(connection, ALONE)
        _prepare(place, connection, lock)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(place: Place, connection: "sqlite3.Connection", lock: CourtesyLock) -> None:
    schema = schema_of(connection)
    refuse_newer(place.path, schema)
    if not place.migrates:
        refuse_unworkable(place.path, schema)
    due = schema.number < CURRENT and (place.migrates or schema.number == 0)
    # A copy made by `VACUUM INTO` has the schema, but not the write-ahead log.
    if due or ask(connection, JOURNAL_MODE) != "wal":
        _bring_up(place, connection, lock)
    if schema.number < CURRENT and not due:
        from jobctl.store.sqlite.migrate import stand_in

        stand_in(connection, schema)
    do(connection, PRAGMAS)
    do(connection, SYNCHRONOUS[place.synchronous])


def _bring_up(place: Place, connection: "sqlite3.Connection", lock: CourtesyLock) -> None:
    """One process at a time sets up the file: SQLite's busy handler does not cover the change to WAL."""
    held = lock.acquire(place.may_queue())
    try:
        found = schema_of(connection).number
        if found == 0:
            refuse_foreign(place.path, connection)
        if ask(connection, USE_WAL) != "wal":
            raise Unusable(
                f"the database `{place.path}` cannot use a write-ahead log", hint="put it on a local disk file system"
            )
        do(connection, SYNCHRONOUS["full"])
        if found == 0 or place.migrates:
            from jobctl.store.sqlite.migrate import migrate

            migrate(place.path, connection, place.migrating)
    finally:
        if held:
            lock.release()


def _remove_empty(path: Path) -> None:
    """Take back a file that never became a database."""
    for name in (f"{path}-wal", f"{path}-shm", f"{path}.lock", f"{path}"):
        Path(name).unlink(missing_ok=True)
