"""A missed time for which somebody wants a run after all leaves the record that it shares with others."""

from typing import TYPE_CHECKING

from jobctl.decide.schedule.missed import without
from jobctl.model.fire import DueSchedule
from jobctl.model.instant import EPOCH, near_ms
from jobctl.model.run import Missed
from jobctl.store.relational.intake import Intake
from jobctl.store.relational.schedule.nominal import missed_run
from jobctl.store.relational.tally import Tally
from jobctl.store.sqlite.database import Database
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3


def make_room(database: Database, connection: "sqlite3.Connection", intake: Intake, name: str, nominal: int) -> None:
    """Take a nominal time out of the missed range that covers it, if one does: what is left has records as before."""
    row = connection.execute(query("missed_over"), (name, nominal)).fetchone()
    if row is None or row[1] is None or row[1] > nominal:
        return
    run_id, missed_from, times, missed_to, definition_id, version, queue, finished_at = row
    schedule = DueSchedule(0, database.known.job(connection, definition_id, name), version, EPOCH, EPOCH, False, None)
    missed = Missed(near_ms(missed_from), near_ms(missed_to), times)
    connection.execute(query("delete_run"), (run_id,))
    tally = Tally()
    tally.add(name, "skipped", finished_at, queue, -1)
    tally.write(connection)
    for part in without(schedule.job.schedule, name, missed, [near_ms(nominal)]):
        intake.take(missed_run(schedule, definition_id, part))
