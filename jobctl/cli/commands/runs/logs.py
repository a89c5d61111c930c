"""`jobctl logs`: the output of a run, as it is or as it comes."""

from typing import Annotated

import typer

from jobctl.actions.logs import check_attempt, pick_run
from jobctl.cli.complete import complete_run_or_job
from jobctl.cli.context import opened, state_folder
from jobctl.cli.options import Db
from jobctl.cli.output import note
from jobctl.cli.own_errors import passing_status
from jobctl.cli.sink import Sink
from jobctl.execute.logs import Logs


def command(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="RUN|JOB",
            help="A run's id, or a job's name for its newest run.",
            autocompletion=complete_run_or_job,
        ),
    ],
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Follow to the end of the run and exit as the job did.")
    ] = False,
    attempt: Annotated[
        int | None, typer.Option("--attempt", min=1, metavar="N", help="This attempt instead of the newest.")
    ] = None,
    tail: Annotated[
        int | None, typer.Option("--tail", "-n", min=0, metavar="N", help="Only the last N lines of what is there.")
    ] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Pass control characters on to the terminal.")] = False,
    db: Db = None,
) -> int:
    """Print or follow the output of a run, stdout and stderr together.

    On a terminal control characters are shown escaped, except for colours; a pipe gets every byte as it is.

    Example: `jobctl logs backup -f`
    """
    with passing_status(follow), opened(ctx, db) as store:
        run = pick_run(store, what)
        check_attempt(run, attempt)
        logs, sink = Logs(state_folder(store), store), Sink(raw=raw)
        if follow:
            from jobctl.cli.follow import follow_run

            return follow_run(store, logs, run, attempt, tail, sink)
        number = attempt or logs.newest(run.run_id, run.attempt)
        try:
            for piece in () if number is None else logs.read(run.run_id, number, tail):
                sink.write(piece)
        finally:
            sink.end()
    if not sink.wrote and tail != 0:
        note(f"run {run.run_id} {'has written nothing' if run.attempt else 'has not been started'}")
    return 0
