"""SQLite's errors as errors that a user can act on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jobctl.model.errors import Busy, DiskFull, Unusable
from jobctl.store.sqlite.driver import sqlite3

_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 6, 8, 10, 11, 13, 14, 26
_MEANINGS = {
    _BUSY: ("the database is busy: `{path}`", "another process holds it for long; try again in a moment"),
    _LOCKED: ("the database is busy: `{path}`", "another process holds it for long; try again in a moment"),
    _READONLY: ("the database `{path}` is read-only", "make the file and its folder writable for this user"),
    _IOERR: ("the database `{path}` cannot be read or written", "look at the disk and the kernel's log"),
    _CORRUPT: ("the database `{path}` is corrupt", "stop the daemons, keep the file, and restore a backup"),
    _FULL: ("the disk is full", "nothing was written; free some space beside `{path}` and try again"),
    _CANTOPEN: ("the database `{path}` cannot be opened", "check that its folder exists and is writable for this user"),
    _NOTADB: ("`{path}` is not a jobctl database", "name another file with `--db`"),
}
_ASK_DOCTOR = "`jobctl doctor` names what is damaged, and says what to do"
_KINDS = {_BUSY: Busy, _LOCKED: Busy, _FULL: DiskFull}


@contextmanager
def translated(path: str) -> Iterator[None]:
    """Raise Unusable for whatever keeps the database, or one row of it, from being used; misuse is a bug and passes."""
    try:
        yield
    except UnicodeDecodeError as error:
        # SQLite says what is wrong with the schema, and quotes it.
        message, hint = _MEANINGS[_CORRUPT]
        raise Unusable(message.format(path=path), hint=hint.format(path=path)) from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (_IOERR, _CANTOPEN) and is_full(path):
            code = _FULL
        meaning = _MEANINGS.get(code)
        if meaning is None and _is_of_a_row(error):
            raise Unusable(f"the database `{path}` holds what cannot be: {error}", hint=_ASK_DOCTOR) from error
        if meaning is None:
            raise
        message, hint = meaning
        raise _KINDS.get(code, Unusable)(message.format(path=path), hint=hint.format(path=path)) from error


def is_no_text(error: sqlite3.Error) -> bool:
    """Whether a text in the database is not UTF-8."""
    return "Could not decode to UTF-8" in str(error)


def _is_of_a_row(error: sqlite3.Error) -> bool:
    """Whether a value in some row brings it about, and not the statement."""
    return isinstance(error, sqlite3.IntegrityError | sqlite3.DataError) or any(
        sign in str(error) for sign in ("malformed JSON", "integer overflow")
    )


def is_full(path: str) -> bool:
    """Whether there is no room for a byte or a file beside the database: SQLite says so of some files only."""
    try:
        disk = os.statvfs(Path(path).parent)
    except OSError:
        return False
    return disk.f_bavail == 0 or (disk.f_files > 0 and disk.f_favail == 0)
