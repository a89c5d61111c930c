"""`jobctl run`: a job, now, in the foreground."""

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from jobctl.actions.enqueue.answers import overlapping, was_skipped
from jobctl.actions.enqueue.place import find_definition
from jobctl.actions.enqueue.request import Wish, prepare
from jobctl.actions.find import find_run
from jobctl.cli.complete import complete_job
from jobctl.cli.context import actor, now, opened, state_folder
from jobctl.cli.options import CorrelationId, Db
from jobctl.cli.output import note, print_json
from jobctl.cli.own_errors import passing_status
from jobctl.cli.policy import checked_policy
from jobctl.cli.sink import Sink
from jobctl.decide.runs.cause import why
from jobctl.decide.runs.exit_status import exit_status
from jobctl.model.run import Enqueued

if TYPE_CHECKING:
    from jobctl.store.protocol import Store


def command(
    ctx: typer.Context,
    job: Annotated[str, typer.Argument(metavar="JOB", help="The job to run.", autocompletion=complete_job)],
    param: Annotated[
        list[str] | None,
        typer.Option("--param", "-p", metavar="NAME=VALUE", help="A param of the job; repeat it."),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="KEY", help="Idempotency: a run of the job that holds it is the answer."),
    ] = None,
    correlation_id: CorrelationId = None,
    overlap: Annotated[
        str | None, typer.Option("--overlap", metavar="POLICY", help="`skip`, `queue`, `replace` or `allow`.")
    ] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Pass control characters on to the terminal.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print how it ended as plain data; the job's output goes to stderr.")
    ] = False,
    db: Db = None,
) -> None:
    """Run a job now in the foreground: output as it comes, recorded like any run, no daemon needed.

    Retries, timeouts and limits hold as ever. Ctrl-C cancels the run. The exit status is the job's own: 0 if it
    succeeded or was skipped, 124 timed out, 128+N signal, 130 cancelled; 4 if another run
    of the job holds it off (`overlap: skip`), 125 for trouble of jobctl's own.

    Example: `jobctl run thumbnails -p album=7`
    """
    with passing_status():
        wish = Wish(
            job,
            tuple(param or ()),
            key=key,
            correlation_id=correlation_id or None,
            overlap=None if overlap is None else checked_policy(overlap),
            created_by=actor(),
        )
        with opened(ctx, db) as store:
            enqueued = _see_through(store, wish, Sink(raw=raw, to=sys.stderr if as_json else None))
            run = find_run(store, enqueued.run_id)
            if as_json:
                _print(store, run.run_id)
    if was_skipped(enqueued):
        raise overlapping(enqueued)
    if not enqueued.created:
        note(f"run {enqueued.run_id} already holds this key")
    if run.state == "failed":
        note(f"run {run.run_id} failed: {why(run)}")
    raise typer.Exit(exit_status(run))


def _print(store: "Store", run_id: int) -> None:
    from jobctl.actions.show import show_run
    from jobctl.shapes.views import run_page_json

    print_json(run_page_json(show_run(store, state_folder(store), run_id)))


def _see_through(store: "Store", wish: Wish, sink: Sink) -> Enqueued:
    from jobctl.daemon.journal import open_journal
    from jobctl.daemon.start import run_here

    open_journal(sys.stderr, "text").setLevel("ERROR")
    request = prepare(find_definition(store, wish.job), wish, now())
    try:
        return run_here(
            store,
            state_folder(store),
            request,
            os.environ,
            sink.write,
            lambda run_id: _say_what_holds(store, run_id),
        )
    finally:
        sink.end()


def _say_what_holds(store: "Store", run_id: int) -> None:
    from jobctl.actions.explain import explain_the_run

    found = explain_the_run(store, run_id, (), now()).explanation
    # This process is the daemon of the run: that no other one lives does not hold it.
    holds = [fact for fact in found.facts if fact.code != "no_daemon"]
    if holds:
        note(f"run {run_id} waits: {holds[0].text}; `jobctl explain {run_id}` tells more, Ctrl-C cancels it")
