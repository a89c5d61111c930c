"""`jobctl resume`: let jobs or queues go on."""

import typer

from jobctl.actions.pause import resume
from jobctl.cli.context import now as present
from jobctl.cli.context import opened
from jobctl.cli.holdables import Jobs, Queues, named
from jobctl.cli.options import Db, Json
from jobctl.cli.output import note, print_json, print_line


def command(
    ctx: typer.Context,
    jobs: Jobs = None,
    queue: Queues = None,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Let jobs or queues go on. A schedule goes on from now: it does not make up for the pause.

    Examples: `jobctl resume backup` or `jobctl resume --queue reports`
    """
    names, queues = named(jobs, queue)
    with opened(ctx, db) as store:
        held = resume(store, names, queues, present())
    if as_json:
        print_json(
            [{"kind": kind, "name": name, "paused": False, "was_paused": was} for (kind, name), was in held.items()]
        )
        return
    for (kind, name), was in held.items():
        if was:
            print_line(f"{kind} {name}: resumed")
        else:
            note(f"{kind} `{name}` was not paused")
