"""Find the rows that nobody can read: each harms itself alone, and is named with what to do about it."""

from typing import TYPE_CHECKING

from jobctl.model.instant import LATEST_MS
from jobctl.model.job import UnreadableJob
from jobctl.store.sqlite.database import Database
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

_MOST = 10


def unreadable(database: Database) -> list[tuple[str, str]]:
    """What is damaged, and what to do about it."""
    with database.reading() as connection:
        return [*_definitions(database, connection), *_schedules(connection), *_runs(connection)]


def _definitions(database: Database, connection: "sqlite3.Connection") -> list[tuple[str, str]]:
    found = []
    for name, definition_id, body, deployed in connection.execute(query("definition_bodies")).fetchall():
        job = database.known.parsed(definition_id, body, name)
        if isinstance(job, UnreadableJob):
            advice = "run `jobctl apply` with its catalog" if deployed else "its runs fail when they are due"
            found.append((f"job `{name}`: {job.unreadable}", advice))
    return found[:_MOST]


def _schedules(connection: "sqlite3.Connection") -> list[tuple[str, str]]:
    advice = "`jobctl pause` and then `jobctl resume` with its name lets it go on from now"
    rows = connection.execute(query("damaged_schedules"), (LATEST_MS,)).fetchall()
    return [(f"the schedule of job `{name}` stands at no instant", advice) for (name,) in rows[:_MOST]]


def _runs(connection: "sqlite3.Connection") -> list[tuple[str, str]]:
    rows = connection.execute(query("damaged_runs"), (LATEST_MS, _MOST)).fetchall()
    return [
        (
            f"run {run_id}: a value in its row cannot be read",
            "it is shown as far as it can be; `keep` deletes it" if ended else f"`jobctl cancel {run_id}` ends it",
        )
        for run_id, ended in rows
    ]
