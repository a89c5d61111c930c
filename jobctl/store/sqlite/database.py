"""One open database: transactions, error translation, and the wake-up after a commit."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from jobctl.model.beside import WAKE, folder_of
from jobctl.model.errors import Unusable
from jobctl.store.place import Place, url_of
from jobctl.store.relational.memory import Memory
from jobctl.store.relational.session import NOTHING, Unfit
from jobctl.store.sqlite.connection import connect
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.sqlite.errors import is_no_text, translated
from jobctl.store.sqlite.file_header import Header, next_descriptor
from jobctl.store.sqlite.files import open_lock
from jobctl.store.sqlite.schema import Schema, schema_of
from jobctl.store.sqlite.sql import TEXTS, ask
from jobctl.store.sqlite.wake import wake_daemons
from jobctl.store.sqlite.writer_queue import CourtesyLock
from jobctl.store.statements import Change, Select

if TYPE_CHECKING:
    from jobctl.store.statements import Values

Row = TypeVar("Row")
DATA_VERSION = Select("file", "data_version", int)


class Database:
    """A connection that several threads may share, one at a time: the `Session` of SQLite."""

    def __init__(self, place: Place) -> None:
        self.path = place.path
        self.url = url_of(place.path)
        self.memory = Memory()
        self._file = str(place.path)
        self._may_queue = place.may_queue
        self._mutex = RLock()
        self._courtesy = CourtesyLock(place.path, open_lock)
        descriptor = next_descriptor()
        self._connection: sqlite3.Connection | None = connect(place, self._courtesy)
        self._execute: Callable[..., sqlite3.Cursor] = self._connection.execute
        self._identity, written_at = _identity(self._file)
        self._header = Header(descriptor, written_at, self._identity)
        self._data_version = -1
        self._wake_folder = f"{folder_of(self._file)}/{WAKE}"
        self._own_fifo: str | None = None

    def one(self, select: Select[Row], values: "Values" = NOTHING) -> Row | None:
        sql, bind = TEXTS[select]
        try:
            row = self._execute(sql, bind(values)).fetchone()
        except sqlite3.Error as error:
            row = self._again(error, sql, bind(values)).fetchone()
        return None if row is None else select.make(row)

    def all(self, select: Select[Row], values: "Values" = NOTHING) -> list[Row]:
        sql, bind = TEXTS[select]
        try:
            rows = self._execute(sql, bind(values)).fetchall()
        except sqlite3.Error as error:
            rows = self._again(error, sql, bind(values)).fetchall()
        return [*map(select.make, rows)]

    def each(self, select: Select[Row], values: "Values" = NOTHING) -> Iterator[Row]:
        sql, bind = TEXTS[select]
        given = 0
        try:
            for row in self._execute(sql, bind(values)):
                given += 1
                yield select.make(row)
        except sqlite3.Error as error:
            yield from map(select.make, islice(self._again(error, sql, bind(values)), given, None))

    def run(self, change: Change, values: "Values" = NOTHING) -> int:
        sql, bind = TEXTS[change]
        return self._execute(sql, bind(values)).rowcount

    def many(self, change: Change, rows: "Sequence[Values]") -> int:
        sql, bind = TEXTS[change]
        return self._open().executemany(sql, map(bind, rows)).rowcount

    @contextmanager
    def reading(self) -> Iterator[None]:
        with self._mutex, translated(self._file):
            self._open()
            self._refuse_replaced()
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        with self.reading():
            connection = self._open()
            connection.execute("BEGIN")
            try:
                yield
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def writing(self, *, wake: bool = True) -> Iterator[None]:
        with self._mutex, translated(self._file):
            connection = self._open()
            self._refuse_replaced()
            held = self._courtesy.acquire(self._may_queue())
            try:
                connection.execute("BEGIN IMMEDIATE")
                self._doubt_ids(connection)
                yield
                connection.execute("COMMIT")
            except BaseException:
                self.memory.forget()
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            finally:
                if held:
                    self._courtesy.release()
        if wake:
            self.wake()

    @contextmanager
    def writing_much(self) -> Iterator[None]:
        from jobctl.store.sqlite.checkpoint import copied_afterwards

        with self.reading(), copied_afterwards(self._open()), self.writing(wake=False):
            yield

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        connection = self._open()
        connection.execute("SAVEPOINT part")
        try:
            yield
            connection.execute("RELEASE part")
        except sqlite3.IntegrityError as error:
            connection.execute("ROLLBACK TO part")
            connection.execute("RELEASE part")
            raise Unfit(str(error)) from error

    def read_ahead(self) -> None:
        from jobctl.store.sqlite import checkpoint  # noqa: F401 - that it is there

        TEXTS.read_all()

    def wake(self) -> None:
        wake_daemons(self._wake_folder)

    def wake_others(self) -> None:
        wake_daemons(self._wake_folder, self._own_fifo)

    def belong_to(self, wake_path: str | None) -> None:
        self._own_fifo = None if wake_path is None else wake_path.rpartition("/")[2]

    def close(self) -> None:
        with self._mutex:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
                self._execute = self._execute_when_closed
                self._courtesy.close()

    def schema(self) -> Schema:
        """Which schema the file has; asked inside `reading`."""
        return schema_of(self._open())

    def _doubt_ids(self, connection: "sqlite3.Connection") -> None:
        """Trust the ids that are kept only if no other connection has written since."""
        version = ask(connection, DATA_VERSION)
        if version != self._data_version:
            self.memory.forget_ids()
            self._data_version = version

    def _again(self, error: sqlite3.Error, sql: str, values: Sequence[Any]) -> "sqlite3.Cursor":
        """Ask once more, from now on reading texts that are not UTF-8 too, which is slower."""
        connection = self._open()
        if not is_no_text(error) or connection.text_factory is _forgiving:
            raise error
        connection.text_factory = _forgiving
        return connection.execute(sql, values)

    def _execute_when_closed(self, sql: str, values: Sequence[Any] = ()) -> "sqlite3.Cursor":
        return self._open().execute(sql, values)

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
