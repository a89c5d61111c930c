"""Delete finished runs, with their attempts and events, and count them no longer."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from jobctl.store.relational.session import Session
from jobctl.store.relational.tally import Tally
from jobctl.store.statements import Change


class Gone(NamedTuple):
    """A run that is to be deleted."""

    run_id: int
    job: str
    state: str
    finished_at: int
    queue: str


DELETE_RUNS = Change("upkeep", "delete_runs")


def delete(session: Session, runs: Sequence[Gone]) -> None:
    """Delete them all."""
    session.run(DELETE_RUNS, {"run_ids": json.dumps([run.run_id for run in runs])})
    tally = Tally()
    for run in runs:
        tally.add(run.job, run.state, run.finished_at, run.queue, -1)
    tally.write(session)
