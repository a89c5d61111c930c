"""`jobctl jobs`: what is deployed."""

from typing import Annotated

import typer

from jobctl.cli.complete import complete_job
from jobctl.cli.context import now as present
from jobctl.cli.context import opened
from jobctl.cli.options import Db, Json
from jobctl.cli.output import note, print_json
from jobctl.decide.schedule.schedule_words import schedule_in_words
from jobctl.model.view import JobRow


def command(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[JOB]..", help="Only these.", autocompletion=complete_job, show_default=False),
    ] = None,
    tag: Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Only jobs with this tag.")] = None,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """List deployed jobs: schedule, queue, version, last run and next fire.

    Example: `jobctl jobs --tag backup`
    """
    with opened(ctx, db) as store:
        rows = store.jobs()
        for name in names or ():
            if all(row.job.name != name for row in rows):
                from jobctl.actions.find import unknown_job

                raise unknown_job(store, name)
    rows = [row for row in rows if (not names or row.job.name in names) and (tag is None or tag in row.job.tags)]
    if as_json:
        from jobctl.shapes.records import job_json

        print_json([job_json(row, schedule_in_words(row.job.schedule, row.job.name)) for row in rows])
    elif rows:
        _draw(rows)
    else:
        note("no job has this tag" if tag else "no jobs are deployed; `jobctl apply` deploys a catalog")


def _draw(rows: list[JobRow]) -> None:
    from jobctl.cli.render.jobs import jobs_lines
    from jobctl.cli.render.paint import show, terminal_width

    show(jobs_lines(rows, present(), terminal_width()))
