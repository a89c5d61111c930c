"""Delete what no run that is kept needs any more: rows of daemons that have ended, lanes in which nothing is."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jobctl.model.instant import near_ms, to_ms
from jobctl.store.sqlite.database import Database
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

_MOST = 500
# No run that was created later than this after a daemon's end was executed by it, whatever was done to the clock.
_MARGIN = timedelta(days=1)
# After that runs that are kept for longer no longer tell where they were executed.
_LONGEST = timedelta(days=90)


def sweep(database: Database, now: datetime) -> None:
    """Delete some, found by reading; where there are none nothing is written."""
    with database.reading() as connection:
        bound = {"before": to_ms(_before(connection, now)), "most": _MOST}
        daemons = connection.execute(query("forgotten_daemons"), bound).fetchall()
        lanes = connection.execute(query("empty_lanes"), bound).fetchall()
    if not daemons and not lanes:
        return
    with database.writing(wake=False) as connection:
        connection.executemany(query("delete_daemon"), daemons)
        connection.executemany(query("delete_lane"), lanes)
        database.ids.forget()


def _before(connection: "sqlite3.Connection", now: datetime) -> datetime:
    """Whoever ended before this has executed no run that is kept, or too long ago."""
    oldest = connection.execute(query("created_first")).fetchone()
    first = now if oldest is None else min(now, near_ms(oldest[0]))
    return max(first - _MARGIN, now - _LONGEST)
