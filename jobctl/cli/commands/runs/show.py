"""`jobctl show`: everything known of a run or a job."""

import typer

from jobctl.actions.show import JobPage, show_job, show_run
from jobctl.cli.context import now as present
from jobctl.cli.context import opened, state_folder
from jobctl.cli.options import Db, Json
from jobctl.cli.output import print_json
from jobctl.cli.selection import RunOrJob
from jobctl.decide.text.run_id import read_run_id
from jobctl.store.protocol import Store


def command(
    ctx: typer.Context,
    what: RunOrJob,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Show everything known of a run or a job.

    A run: attempts, events with their reasons, params, result, the end of its output. A job: definition, versions,
    statistics, last runs.

    Example: `jobctl show 1841`
    """
    with opened(ctx, db) as store:
        run_id = read_run_id(what)
        if run_id is not None:
            _show_run(store, run_id, as_json)
        else:
            _show_job(store, what, as_json)


def _show_run(store: Store, run_id: int, as_json: bool) -> None:
    page = show_run(store, state_folder(store), run_id)
    if as_json:
        from jobctl.shapes.views import run_page_json

        print_json(run_page_json(page))
        return
    from jobctl.cli.render.paint import show, terminal_width
    from jobctl.cli.render.run import run_lines

    show(run_lines(page, present(), terminal_width()))


def _show_job(store: Store, name: str, as_json: bool) -> None:
    page = show_job(store, name)
    if as_json:
        from jobctl.shapes.views import job_page_json, name_page_json

        print_json(job_page_json(page) if isinstance(page, JobPage) else name_page_json(page))
        return
    from jobctl.cli.render.job import job_lines, name_lines
    from jobctl.cli.render.paint import show, terminal_width

    width = terminal_width()
    show(job_lines(page, present(), width) if isinstance(page, JobPage) else name_lines(page, present(), width))
