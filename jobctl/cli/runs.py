"""`jobctl runs`: a list of runs, newest first."""

from typing import Annotated

import typer

from jobctl.actions.run_filter import check_search
from jobctl.actions.runs import REACH, runs
from jobctl.cli.complete import complete_job, complete_queue
from jobctl.cli.context import now as present
from jobctl.cli.context import opened
from jobctl.cli.moment import moment
from jobctl.cli.options import Db, Json, at_most
from jobctl.cli.output import note, print_json
from jobctl.cli.selection import by_state, check_state, say_nothing_matches
from jobctl.decide.run_id import LARGEST
from jobctl.decide.states import STATES
from jobctl.model.errors import UsageError
from jobctl.store.values import RunFilter

_MOST = 2**31 - 1


def command(
    ctx: typer.Context,
    state: Annotated[str | None, by_state(f"One of {', '.join(STATES)}.")] = None,
    job: Annotated[
        str | None, typer.Option("--job", metavar="JOB", help="Runs of this job.", autocompletion=complete_job)
    ] = None,
    queue: Annotated[
        str | None, typer.Option("--queue", metavar="Q", help="Runs in this queue.", autocompletion=complete_queue)
    ] = None,
    key: Annotated[str | None, typer.Option("--key", metavar="KEY", help="Runs with this idempotency key.")] = None,
    tag: Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Runs of jobs with this tag.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="WHEN", help="Created since: `1h` ago, or an instant.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="WHEN", help="Created before: `1h` ago, or an instant.")
    ] = None,
    exit_code: Annotated[
        int | None, typer.Option("--exit-code", metavar="N", callback=at_most(_MOST), help="Ended with this code.")
    ] = None,
    correlation_id: Annotated[
        str | None, typer.Option("--correlation-id", metavar="ID", help="Runs that belong together.")
    ] = None,
    search: Annotated[
        str | None,
        typer.Option(
            "--search", metavar="TEXT", help="Text in job name, params, key, correlation id or error, not output."
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, callback=at_most(_MOST), help="At most so many.")
    ] = 50,
    before: Annotated[
        int | None,
        typer.Option("--before", metavar="ID", callback=at_most(LARGEST), help="Only runs older than this one."),
    ] = None,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """List runs, newest first.

    Example: `jobctl runs --state failed --since 1h`
    """
    check_state(state)
    now = present()
    where = RunFilter(
        state=state,
        job=job,
        queue=queue,
        key=key,
        tag=tag,
        since_at=moment("--since", since, now),
        until_at=moment("--until", until, now),
        exit_code=exit_code,
        correlation_id=correlation_id,
        search=search,
        before=before,
        limit=limit,
    )
    check_search(search, "--search")
    if where.since_at is not None and where.until_at is not None and where.since_at > where.until_at:
        raise UsageError("--since is later than --until", hint="`--since 2h --until 1h` is the hour before last")
    with opened(ctx, db) as store:
        page = runs(store, where, REACH)
        filtered = where != RunFilter(limit=limit)
        if page.reached is not None:
            note(f"looked at the newest {REACH:,} runs only: go on with `--before {page.reached}`")
        elif filtered and not page.runs:
            say_nothing_matches(store, job, queue)
    if as_json:
        from jobctl.cli.shapes import run_json

        print_json([run_json(run) for run in page.runs])
        return
    from jobctl.cli.render.paint import show, terminal_width
    from jobctl.cli.render.runs import runs_lines

    if page.runs:
        show(runs_lines(page.runs, now, terminal_width()))
    if page.more:
        note(f"there are older runs: add `--before {page.runs[-1].run_id}`")
    elif not page.runs and not filtered:
        note("no runs yet; `jobctl enqueue JOB` promises one")
