"""`jobctl wait`: return when runs have ended."""

from datetime import timedelta
from typing import Annotated

import typer

from jobctl.cli.complete import complete_run
from jobctl.cli.context import opened
from jobctl.cli.options import Db, Json
from jobctl.cli.output import print_json
from jobctl.cli.own_errors import passing_status
from jobctl.cli.run_ids import run_ids
from jobctl.cli.times import duration
from jobctl.cli.wait_for import say_how_it_ended, wait_for
from jobctl.decide.runs.exit_status import exit_status_of_all
from jobctl.decide.time.duration_words import exactly
from jobctl.model.errors import WaitedInVain
from jobctl.model.run import Run


def command(
    ctx: typer.Context,
    runs: Annotated[list[str], typer.Argument(metavar="RUN..", help="Ids of runs.", autocompletion=complete_run)],
    timeout: Annotated[
        str | None,
        typer.Option("--timeout", metavar="DURATION", help="Wait no longer than this; then exit with 124."),
    ] = None,
    as_json: Json = False,
    db: Db = None,
) -> int:
    """Wait until runs have ended, and exit as they did.

    0 if all succeeded or were skipped; else as the first that did not: 124 timed out, 128+N signal N, 130 cancelled, or
    the job's own code. If `--timeout` is over before they have ended it is 124, with an error. jobctl's own errors give
    125.

    Example: `jobctl wait 1841 1842 --timeout 10m`
    """
    with passing_status():
        ids = run_ids(runs)
        limit = None if timeout is None else duration("--timeout", timeout)
        with opened(ctx, db) as store:
            ended = wait_for(store, ids, limit)
    if as_json:
        from jobctl.shapes.records import run_json

        print_json([run_json(run) for run in ended])
    else:
        for run in ended:
            say_how_it_ended(run)
    _refuse_unfinished(ended, limit)
    return exit_status_of_all(ended)


def _refuse_unfinished(runs: list[Run], limit: timedelta | None) -> None:
    late = [run for run in runs if not run.has_ended]
    if late and limit is not None:
        first = late[0]
        others = "" if len(late) == 1 else f", and {len(late) - 1} more have not ended"
        raise WaitedInVain(
            f"waited {exactly(limit)} in vain: run {first.run_id} is {first.state}{others}",
            hint=f"`jobctl show {first.run_id}` tells more; `jobctl cancel {first.run_id}` ends it",
        )
