"""Wait until runs have ended."""

import time
from collections.abc import Sequence
from datetime import timedelta

from jobctl.actions.find import find_run
from jobctl.actions.wait import wait
from jobctl.cli.output import note
from jobctl.model.run import Run
from jobctl.store.protocol import Store


def wait_for(store: Store, run_ids: Sequence[int], timeout: timedelta | None) -> list[Run]:
    """The runs once all have ended, or as they stand after `timeout`. Raises NotFound, before it waits."""
    until = None if timeout is None else time.monotonic() + timeout.total_seconds()
    for run_id in run_ids:
        find_run(store, run_id)
    return [wait(store, run_id, until, time.monotonic, time.sleep) for run_id in run_ids]


def say_how_it_ended(run: Run) -> None:
    """A line of talk about a run that did not succeed."""
    if run.state == "failed":
        from jobctl.decide.runs.cause import why

        note(f"run {run.run_id} of `{run.job}` failed: {why(run)}")
    elif run.state in ("cancelled", "skipped"):
        from jobctl.decide.runs.cause import last_line

        # Of other reasons an error may be left from an attempt before.
        said = (last_line(run.error) if run.reason == "skip_code" else "") or run.reason
        note(f"run {run.run_id} of `{run.job}` was {run.state}" + (f": {said}" if said else ""))
