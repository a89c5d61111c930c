"""`jobctl plan`: what apply would change."""

import os
from contextlib import nullcontext
from datetime import datetime
from typing import Annotated

import typer

from jobctl.actions.plan import Preview, preview, want
from jobctl.catalog.zone import disagreement, machine_zone
from jobctl.cli.context import catalog_paths, missing, opened
from jobctl.cli.context import now as present
from jobctl.cli.options import CatalogPaths, Db, Json, Prune
from jobctl.cli.output import print_json, tell_problems, warn

CHANGES = 6


def command(
    ctx: typer.Context,
    paths: CatalogPaths = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 6 if there are changes.", show_default=False)
    ] = False,
    prune: Prune = False,
    as_json: Json = False,
    db: Db = None,
) -> int:
    """Show what `jobctl apply` would change, job by job and key by key, and when jobs fire next. Changes nothing.

    `+` is added, `~` changed, `-` retired.

    Example: `jobctl plan jobs.d/ --exit-code`
    """
    now = present()
    wanted = want(catalog_paths(paths), machine_zone(os.environ), os.geteuid())
    with nullcontext() if missing(ctx, db) else opened(ctx, db) as store:
        seen = preview(store, wanted, prune=prune, now=now)
    tell_doubts(seen, now)
    if as_json:
        print_json(plan_json(seen))
    else:
        draw(seen)
    return CHANGES if exit_code and not seen.plan.empty else 0


def tell_doubts(seen: Preview, now: datetime) -> None:
    """What is doubtful about a catalog, and about the zone of the machine that reads it."""
    tell_problems(seen.warnings)
    if seen.zone_move is not None:
        warn(str(seen.zone_move))
    differs = None if seen.zone is None else disagreement(seen.zone, now)
    if differs is not None:
        warn(differs)


def plan_json(seen: Preview) -> dict[str, object]:
    """The shape of a plan."""
    plan = seen.plan
    return {
        "add": [job.name for job in plan.add],
        "change": [
            {"job": change.job.name, "keys": {key: list(pair) for key, pair in change.keys.items()}}
            for change in plan.change
        ],
        "retire": list(plan.retire),
        "unchanged": plan.unchanged,
        "moved": list(plan.moved),
        "queues_changed": plan.queues_changed,
    }


def draw(seen: Preview, *, done: bool = False) -> None:
    """The plan for people; `done` when it is deployed."""
    from jobctl.cli.render.paint import show, terminal_width
    from jobctl.cli.render.plan import plan_lines

    show(plan_lines(seen, terminal_width(), done=done))
