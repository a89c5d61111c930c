"""`jobctl pause`: hold jobs or queues."""

from typing import Annotated

import typer

from jobctl.actions.pause import pause
from jobctl.cli.context import actor, opened
from jobctl.cli.context import now as present
from jobctl.cli.holdables import Jobs, Queues, named
from jobctl.cli.options import Db, Json
from jobctl.cli.output import print_json, print_line
from jobctl.cli.render.times import full
from jobctl.cli.times import coming_moment
from jobctl.model.view import Pause
from jobctl.shapes.records import instant


def command(
    ctx: typer.Context,
    jobs: Jobs = None,
    queue: Queues = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="WHEN", help="Ends by itself: an instant, or `2h` from now."),
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Shown in `jobctl status`.")] = None,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Hold jobs or queues: what waits and what is enqueued meanwhile is held, what runs goes on.

    Fires of a paused job are recorded as skipped. A pause survives restarts; `jobctl resume` ends it.

    Examples: `jobctl pause backup --until 2h --reason "disk swap"` or `jobctl pause --queue reports`
    """
    names, queues = named(jobs, queue)
    now = present()
    how = Pause(coming_moment("--until", until, now), reason, actor(), now)
    with opened(ctx, db) as store:
        pause(store, names, queues, how)
    held = [("job", name) for name in names] + [("queue", name) for name in queues]
    if as_json:
        facts = {"paused": True, "until_at": instant(how.until_at), "reason": reason}
        print_json([{"kind": kind, "name": name, **facts} for kind, name in held])
        return
    end = "" if how.until_at is None else f" until {full(how.until_at)}"
    for kind, name in held:
        print_line(f"{kind} {name}: paused{end}")
