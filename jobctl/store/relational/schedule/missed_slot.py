"""A nominal time for which somebody wants a run: it has no record yet, or leaves the one that missed times share."""

from typing import NamedTuple

from jobctl.decide.schedule.missed import without
from jobctl.model.errors import Refused
from jobctl.model.fire import DueSchedule
from jobctl.model.instant import EPOCH, iso, near_ms
from jobctl.model.run import Missed
from jobctl.store.relational.cache import job_of
from jobctl.store.relational.deletion import Gone, delete
from jobctl.store.relational.intake import Intake
from jobctl.store.relational.schedule.nominal import NOMINAL, missed_run
from jobctl.store.relational.session import Session
from jobctl.store.statements import Select


class _MissedRow(NamedTuple):
    run_id: int
    missed_from: int | None
    missed_times: int | None
    scheduled_for: int
    definition_id: int
    job_version: int
    queue: str
    finished_at: int


MISSED_OVER = Select("schedules", "missed_over", _MissedRow)


def make_room(session: Session, intake: Intake, job: str, nominal: int, *, keyed: bool) -> None:
    """Take a nominal time out of the missed range that covers it, if one does: what is left has records as before.

    Raises Refused where the time has a record of its own. A run with a key may be there already: none is made then.
    """
    intake.flush()
    if not keyed:
        row = session.one(MISSED_OVER, {"job": job, "at": nominal})
        if row is not None and row.missed_from is not None and row.missed_from <= nominal:
            _divide(session, intake, job, row, row.missed_from, nominal)
            intake.flush()
    run_id = session.one(NOMINAL, {"job": job, "at": nominal})
    if run_id is not None:
        raise Refused(
            f"job `{job}` already has a run for {iso(near_ms(nominal))}",
            hint=f"look at it with `jobctl show {run_id}`; `jobctl retry {run_id}` runs it again",
        )


def _divide(session: Session, intake: Intake, job: str, row: _MissedRow, missed_from: int, nominal: int) -> None:
    definition = job_of(session, row.definition_id, job)
    schedule = DueSchedule(0, definition, row.job_version, EPOCH, EPOCH, False, None)
    missed = Missed(near_ms(missed_from), near_ms(row.scheduled_for), row.missed_times or 0)
    delete(session, [Gone(row.run_id, job, "skipped", row.finished_at, row.queue)])
    for part in without(definition.schedule, job, missed, [near_ms(nominal)]):
        intake.take(missed_run(schedule, row.definition_id, part))
