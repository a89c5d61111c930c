"""Bring a database to the schema that this jobctl knows."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from jobctl.model.errors import Unusable
from jobctl.store.migration import MANY, Around, Migration
from jobctl.store.queries import query
from jobctl.store.sqlite.driver import sqlite3

_FOLDER = Path(__file__).parent.parent / "migrations" / "sqlite"
CURRENT = 5


def schema_version(connection: "sqlite3.Connection") -> int:
    """The number of migrations that were applied."""
    return int(connection.execute(query("schema_version")).fetchone()[0])


def refuse_newer(path: Path, version: int) -> None:
    """A newer jobctl may keep promises in ways that this one would break."""
    if version > CURRENT:
        raise Unusable(
            f"the database `{path}` is from a newer jobctl (schema {version}, known {CURRENT})",
            hint="upgrade jobctl on this machine",
        )


def refuse_foreign(path: Path, connection: "sqlite3.Connection") -> None:
    """A database of another program is left alone."""
    tables = connection.execute(query("count_tables")).fetchone()[0]
    if tables:
        raise Unusable(f"`{path}` is not a jobctl database", hint="name another file with `--db`")


def migrate(path: Path, connection: "sqlite3.Connection", around: Around | None) -> None:
    """Apply what is missing, in one transaction with its number: all of it or nothing. `around` see `Place`."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = schema_version(connection)
        refuse_newer(path, version)
        if version == 0:
            refuse_foreign(path, connection)
        with _lasting(connection, version, around):
            _apply(connection, version)
            connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _lasting(connection: "sqlite3.Connection", version: int, around: Around | None) -> AbstractContextManager[None]:
    """What is around a migration of many runs."""
    if around is None or version in (0, CURRENT):
        return nullcontext()
    runs = connection.execute(query("count_runs")).fetchone()[0]
    return nullcontext() if runs <= MANY else around(Migration(version, CURRENT, runs))


def _apply(connection: "sqlite3.Connection", version: int) -> None:
    from sqlite_utils import Database

    database = Database(connection, execute_plugins=False)
    for number, file in enumerate(migrations(), start=1):
        if number > version:
            for statement in statements(file.read_text(encoding="utf-8")):
                database.execute(statement)
    # A pragma takes no bound value.
    connection.execute(f"PRAGMA user_version = {CURRENT}")


def migrations() -> list[Path]:
    """The migration files in order."""
    return sorted(_FOLDER.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def statements(script: str) -> list[str]:
    """The statements of a script; `executescript` would commit before it begins."""
    found, lines = [], list[str]()
    for line in script.splitlines():
        lines.append(line)
        if sqlite3.complete_statement("\n".join(lines)):
            found.append("\n".join(lines))
            lines = []
    return found
