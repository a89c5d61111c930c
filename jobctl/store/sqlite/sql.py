"""The statements of SQLite's dialect, and those that are asked before a session is open."""

from typing import TYPE_CHECKING, TypeVar

from jobctl.store.statements import Select, Statement, Texts

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

Value = TypeVar("Value")
TEXTS = Texts("sqlite")


def ask(connection: "sqlite3.Connection", select: Select[Value]) -> Value:
    """The one value that a statement answers with."""
    return select.make(connection.execute(TEXTS[select].sql).fetchone())


def do(connection: "sqlite3.Connection", statement: Statement) -> None:
    """Execute a statement, or several that stand one after the other, whatever it answers."""
    for text in TEXTS[statement].sql.split(";\n"):
        connection.execute(text).fetchall()
