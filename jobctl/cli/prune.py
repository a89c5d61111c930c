"""`jobctl prune`: delete history beyond its keep."""

import sys
from typing import Annotated

import typer

from jobctl.actions.prune import prunable, prune
from jobctl.cli.context import now as present
from jobctl.cli.context import opened, state_folder
from jobctl.cli.options import Db, Json
from jobctl.cli.output import print_json, print_line


def command(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell how many.", show_default=False)] = False,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Delete finished runs beyond their job's `keep`, with their logs. A daemon does this by itself.

    Example: `jobctl prune --dry-run`
    """
    with opened(ctx, db) as store:
        count = prunable(store, present()) if dry_run else prune(store, state_folder(store), present(), _tell_progress)
    if as_json:
        print_json({"runs": count, "dry_run": dry_run})
    elif not count:
        print_line("nothing to delete: every run is within its keep")
    else:
        runs = "1 run" if count == 1 else f"{count:,} runs"
        print_line(f"{runs} would be deleted, with logs" if dry_run else f"{runs} deleted, with logs")


def _tell_progress(count: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{count:,} runs deleted ...\r")
        sys.stderr.flush()
