"""Which schema a database has, and which one a program must know to work on it.

`user_version` is the oldest schema whose programs may work on the database: what a program, however old, compares with
the schema that it knows. `application_id` says that the file is jobctl's, and how many migrations were applied to it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jobctl.model.errors import Unusable
from jobctl.store.sqlite.sql import ask
from jobctl.store.statements import Select

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

OLDEST = Select("file", "schema_oldest", int)
MARK = Select("file", "schema_mark", int)
COUNT_TABLES = Select("file", "count_tables", int)

CURRENT = 7
WORKABLE = 4
"""The oldest schema on which this program can work before it is migrated."""
_OURS = int.from_bytes(b"job") << 8
_NUMBER = 0xFF


class Schema(NamedTuple):
    """`number` migrations were applied; programs that know the schema `oldest` may work on it."""

    number: int
    oldest: int


def schema_of(connection: "sqlite3.Connection") -> Schema:
    """The schema of an open database; number 0 where there is none yet."""
    oldest, mark = ask(connection, OLDEST), ask(connection, MARK)
    return Schema(mark & _NUMBER if mark & ~_NUMBER == _OURS else oldest, oldest)


def write_schema(connection: "sqlite3.Connection", schema: Schema) -> None:
    """Say what was applied, in the transaction that applies it. A pragma takes no bound value."""
    connection.execute(f"PRAGMA application_id = {_OURS | schema.number}")
    connection.execute(f"PRAGMA user_version = {schema.oldest}")


def refuse_newer(path: Path, schema: Schema) -> None:
    """A newer jobctl may keep promises in ways that this one would break."""
    if schema.oldest > CURRENT:
        raise Unusable(
            f"the database `{path}` is from a newer jobctl (schema {schema.number}, known {CURRENT})",
            hint="upgrade jobctl on this machine",
        )


def refuse_unworkable(path: Path, schema: Schema) -> None:
    """What only a migration makes workable is not worked on, and not migrated by the way."""
    if 0 < schema.number < WORKABLE:
        raise Unusable(
            f"the database `{path}` has schema {schema.number}, and this jobctl works on {WORKABLE} and newer",
            hint="`jobctl migrate` moves it, as `jobctl apply` and `jobctl daemon` do",
        )


def refuse_foreign(path: Path, connection: "sqlite3.Connection") -> None:
    """A database of another program is left alone."""
    if ask(connection, COUNT_TABLES):
        raise Unusable(f"`{path}` is not a jobctl database", hint="name another file with `--db`")
