"""One open database: transactions, error translation, and the wake-up after a commit."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from jobctl.model.errors import Unusable
from jobctl.store.place import Place
from jobctl.store.sqlite.connection import connect
from jobctl.store.sqlite.errors import translated
from jobctl.store.sqlite.file_header import Header, next_descriptor
from jobctl.store.sqlite.files import open_lock
from jobctl.store.sqlite.ids import Ids
from jobctl.store.sqlite.wake import wake_daemons
from jobctl.store.sqlite.writer_queue import CourtesyLock

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3
    from jobctl.store.sqlite.known import Known
    from jobctl.store.values import Definition


class Database:
    """A connection that several threads may share, one at a time."""

    def __init__(self, place: Place) -> None:
        self.path = place.path
        self._file = str(place.path)
        self._may_queue = place.may_queue
        self._mutex = RLock()
        self._courtesy = CourtesyLock(place.path, open_lock)
        descriptor = next_descriptor()
        self._connection: sqlite3.Connection | None = connect(place, self._courtesy)
        self._identity, written_at = _identity(self._file)
        self._header = Header(descriptor, written_at, self._identity)
        self.ids = Ids()
        self.definitions: dict[str, tuple[int, Definition]] = {}
        self._wake_folder = f"{place.path}.d/wake"
        self._known: Known | None = None
        self.own_fifo: str | None = None

    @property
    def known(self) -> "Known":
        """What was parsed before: definitions, lanes, rules."""
        if self._known is None:
            from jobctl.store.sqlite.known import Known

            self._known = Known()
        return self._known

    @contextmanager
    def reading(self) -> Iterator["sqlite3.Connection"]:
        """The connection for short reads; each statement sees the newest commit."""
        with self._mutex, translated(self._file):
            connection = self._open()
            self._refuse_replaced()
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator["sqlite3.Connection"]:
        """The connection for several short reads that must agree."""
        with self.reading() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def writing(self, *, wake: bool = True) -> Iterator["sqlite3.Connection"]:
        """A write transaction: committed at the end, rolled back on any error. `wake` tells daemons of it."""
        with self._mutex, translated(self._file):
            connection = self._open()
            self._refuse_replaced()
            held = self._courtesy.acquire(self._may_queue())
            try:
                connection.execute("BEGIN IMMEDIATE")
                self.ids.begin(connection)
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._forget()
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            finally:
                if held:
                    self._courtesy.release()
        if wake:
            self.wake()

    def wake(self) -> None:
        """Tell every daemon that there may be something to do."""
        wake_daemons(self._wake_folder)

    def wake_others(self) -> None:
        """Tell every daemon but the one that has this database open: it has seen for itself."""
        wake_daemons(self._wake_folder, self.own_fifo)

    def close(self) -> None:
        """Let go of the file; a second call does nothing."""
        with self._mutex:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
                self._courtesy.close()

    def bear_with(self) -> None:
        """From now on take texts that are not UTF-8 too, which is slower: strange bytes are shown as such."""
        if self._connection is not None:
            self._connection.text_factory = _forgiving

    def _forget(self) -> None:
        """Ids that an undone transaction gave out will be given to something else."""
        self.ids.forget()
        self._known = None

    def _open(self) -> "sqlite3.Connection":
        if self._connection is None:
            raise Unusable(f"the database is closed: `{self.path}`", hint="open it again")
        return self._connection

    def _refuse_replaced(self) -> None:
        """What is written to a file that has lost its name is lost, and what is read there is not so any more."""
        identity, written_at = _identity(self._file)
        if identity != self._identity:
            raise Unusable(
                f"the database `{self.path}` was replaced or removed",
                hint="restart whatever had it open, so that the new file is used",
            )
        if self._header.went_back(written_at):
            raise Unusable(
                f"another file was copied over the database `{self.path}` while it was open",
                hint="end what has it open, move `-wal` and `-shm` beside it away, and copy it once more",
            )


def _forgiving(text: bytes) -> str:
    return text.decode(errors="backslashreplace")


def _identity(path: str) -> tuple[tuple[int, int], int]:
    """Device and inode of a file, zeros if there is none, and when it was last written, in nanoseconds."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a Path would cost more than the question
    except FileNotFoundError:
        return (0, 0), 0
    return (found.st_dev, found.st_ino), found.st_mtime_ns
