"""`jobctl prune`: delete history beyond its keep."""

import sys
from typing import Annotated

import typer

from jobctl.actions.prune import prunable, prune
from jobctl.cli.context import now as present
from jobctl.cli.context import opened, state_folder_of
from jobctl.cli.options import Db, Json
from jobctl.cli.output import print_json, print_line
from jobctl.execute.spare_file import give_up_spare, keep_spare
from jobctl.execute.state_folder import StateFolder
from jobctl.model.errors import DiskFull


def command(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell how many.", show_default=False)] = False,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Delete finished runs beyond their job's `keep`, with their logs. A daemon does this by itself.

    Example: `jobctl prune --dry-run`
    """
    if dry_run:
        with opened(ctx, db) as store:
            count = prunable(store, present())
    else:
        count = _prune(ctx, db)
    if as_json:
        print_json({"runs": count, "dry_run": dry_run})
    elif not count:
        print_line("nothing to delete: every run is within its keep")
    else:
        runs = "1 run" if count == 1 else f"{count:,} runs"
        print_line(f"{runs} would be deleted, with logs" if dry_run else f"{runs} deleted, with logs")


def _prune(ctx: typer.Context, db: str | None) -> int:
    """Prune; on a full disk a second time, after the room that was spared for this was given up."""
    folder = state_folder_of(ctx, db)
    try:
        return _prune_once(ctx, db, folder)
    except DiskFull:
        if not give_up_spare(folder):
            raise _no_room(folder) from None
    try:
        return _prune_once(ctx, db, folder)
    except DiskFull:
        raise _no_room(folder) from None


def _prune_once(ctx: typer.Context, db: str | None, folder: StateFolder) -> int:
    with opened(ctx, db) as store:
        count = prune(store, folder, present(), _tell_progress)
    if count:
        keep_spare(folder)
    return count


def _no_room(folder: StateFolder) -> DiskFull:
    return DiskFull(
        "the disk is full, and deleting a run has to be written as well",
        hint=f"free 1 MiB by hand first: `du -a {folder.logs} | sort -n | tail` finds large logs",
    )


def _tell_progress(count: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{count:,} runs deleted ...\r")
        sys.stderr.flush()
