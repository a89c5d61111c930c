"""SQLite's errors as errors that a user can act on."""

import os
from pathlib import Path

from jobctl.model.errors import Busy, DiskFull, Unusable
from jobctl.store.relational.session import Unfit
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


class translated:  # noqa: N801 - named as the context managers of contextlib are
    """Raise Unusable for whatever keeps the database, or one row of it, from being used; misuse is a bug and passes."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, UnicodeDecodeError | sqlite3.Error) and (meant := _meant(error, self._path)) is not None:
            raise meant from error


def _meant(error: UnicodeDecodeError | sqlite3.Error, path: str) -> Unusable | None:
    # SQLite says what is wrong with the schema, and quotes it.
    code = _CORRUPT if isinstance(error, UnicodeDecodeError) else getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (_IOERR, _CANTOPEN) and is_full(path):
        code = _FULL
    if code in _MEANINGS:
        message, hint = _MEANINGS[code]
        return _KINDS.get(code, Unusable)(message.format(path=path), hint=hint.format(path=path))
    if _is_of_a_row(error):
        return Unfit(f"the database `{path}` holds what cannot be: {error}", hint=_ASK_DOCTOR)
    return None


def is_no_text(error: sqlite3.Error) -> bool:
    """Whether a text in the database is not UTF-8."""
    return "Could not decode to UTF-8" in str(error)


def _is_of_a_row(error: Exception) -> bool:
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
