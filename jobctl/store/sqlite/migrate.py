"""Bring a database to the schema that this jobctl knows, or work on the one that it has."""

import re
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import NamedTuple

from jobctl.store.migration import Around, Migration
from jobctl.store.sqlite.driver import sqlite3
from jobctl.store.sqlite.schema import CURRENT, Schema, refuse_foreign, refuse_newer, schema_of, write_schema
from jobctl.store.sqlite.sql import ask
from jobctl.store.statements import Select

COUNT_RUNS = Select("file", "count_runs", int)
_FOLDER = Path(__file__).parent.parent / "migrations" / "sqlite"
_OLDEST = re.compile(r"^-- oldest: (\d+)$", re.MULTILINE)


class Script(NamedTuple):
    """A migration: its number, the oldest schema whose programs go on working after it, and its statements."""

    number: int
    oldest: int
    text: str


def migrate(path: Path, connection: "sqlite3.Connection", around: Around | None) -> None:
    """Apply what is missing, in one transaction with its number: all of it or nothing. `around` see `Place`."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        schema = schema_of(connection)
        refuse_newer(path, schema)
        if schema.number == 0:
            refuse_foreign(path, connection)
        with _told(connection, schema, around):
            _apply(connection, schema)
            connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def stand_in(connection: "sqlite3.Connection", schema: Schema) -> None:
    """Have this connection, and it alone, see what an older schema lacks: temporary tables and views shadow the others.

    See docs/adr/0034. A table that every verb writes gets no new column, but a table beside it.
    """
    for file in _files(_FOLDER / "shadows"):
        if _number(file) > schema.number:
            for statement in statements(file.read_text(encoding="utf-8")):
                connection.execute(statement)


def _told(connection: "sqlite3.Connection", schema: Schema, around: Around | None) -> AbstractContextManager[None]:
    if around is None or schema.number in (0, CURRENT):
        return nullcontext()
    return around(Migration(schema.number, CURRENT, ask(connection, COUNT_RUNS)))


def _apply(connection: "sqlite3.Connection", schema: Schema) -> None:
    from sqlite_utils import Database

    database = Database(connection, execute_plugins=False)
    for script in migrations():
        if script.number > schema.number:
            for statement in statements(script.text):
                database.execute(statement)
            write_schema(connection, Schema(script.number, script.oldest))


def migrations() -> list[Script]:
    """The migrations in order."""
    return [_script(file) for file in _files(_FOLDER)]


def statements(script: str) -> list[str]:
    """The statements of a script; `executescript` would commit before it begins."""
    found, lines = [], list[str]()
    for line in script.splitlines():
        lines.append(line)
        if sqlite3.complete_statement("\n".join(lines)):
            found.append("\n".join(lines))
            lines = []
    return found


def _script(file: Path) -> Script:
    text, number = file.read_text(encoding="utf-8"), _number(file)
    oldest = _OLDEST.search(text)
    return Script(number, int(oldest[1]) if oldest else number, text)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def _number(file: Path) -> int:
    return int(file.name[:4])
