"""`jobctl apply`: deploy catalogs."""

import os
from contextlib import nullcontext
from typing import Annotated

import typer

from jobctl.actions.apply import apply
from jobctl.actions.plan import preview, want
from jobctl.catalog.zone import machine_zone
from jobctl.cli.commands.catalog.plan import draw, plan_json, tell_doubts
from jobctl.cli.context import actor, catalog_paths, missing, opened
from jobctl.cli.context import now as present
from jobctl.cli.options import CatalogPaths, Db, Json, Prune
from jobctl.cli.output import note, print_json


def command(
    ctx: typer.Context,
    paths: CatalogPaths = None,
    message: Annotated[
        str | None, typer.Option("--message", "-m", metavar="TEXT", help="Why; kept with the deployment.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the plan, change nothing.", show_default=False)
    ] = False,
    prune: Prune = False,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Deploy catalogs, all or nothing.

    Jobs that came from these files and are no longer in them are retired; their runs stay. Runs that wait keep the
    definition they were enqueued with. Who deployed, when, from which files and git commit is kept.

    Example: `jobctl apply jobs.d/ -m "backups at night"`
    """
    now = present()
    # Read before the database is opened: an invalid catalog must leave nothing behind, not even an empty database.
    wanted = want(catalog_paths(paths), machine_zone(os.environ), os.geteuid())
    with (
        nullcontext()
        if dry_run and missing(ctx, db)
        else opened(ctx, db, creates=not dry_run, migrates=not dry_run) as store
    ):
        seen = preview(store, wanted, prune=prune, now=now)
        tell_doubts(seen, now)
        applied = not (dry_run or store is None) and apply(store, seen, actor(), message, now)
    if as_json:
        print_json({**plan_json(seen), "applied": applied})
    else:
        draw(seen, done=applied)
    if dry_run and not seen.plan.empty:
        note("nothing was changed: this was a dry run")
