"""`jobctl runs`: a list of runs, newest first."""

import typer

from jobctl.actions.run_filter import check_search
from jobctl.actions.runs import REACH, runs
from jobctl.cli.commands.runs import runs_options as option
from jobctl.cli.context import now as present
from jobctl.cli.context import opened
from jobctl.cli.options import Db, Json
from jobctl.cli.output import note, print_json
from jobctl.cli.selection import check_state, say_nothing_matches
from jobctl.cli.times import moment
from jobctl.model.errors import UsageError
from jobctl.store.values import RunFilter


def command(
    ctx: typer.Context,
    state: option.State = None,
    job: option.Job = None,
    queue: option.Queue = None,
    key: option.Key = None,
    tag: option.Tag = None,
    since: option.Since = None,
    until: option.Until = None,
    exit_code: option.ExitCode = None,
    correlation_id: option.CorrelationId = None,
    search: option.Search = None,
    limit: option.Limit = 50,
    before: option.Before = None,
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
        from jobctl.shapes.records import run_json

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
