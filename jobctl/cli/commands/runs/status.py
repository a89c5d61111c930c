"""`jobctl status`: queues, daemons, what runs, what comes next, what failed lately."""

import shutil
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from jobctl.actions.status import picture
from jobctl.cli.context import now as present
from jobctl.cli.context import opened, state_folder
from jobctl.cli.options import Db, Json
from jobctl.cli.output import print_json

if TYPE_CHECKING:
    from jobctl.cli.render.lines import Line
    from jobctl.execute.state_folder import StateFolder
    from jobctl.model.view import Status
    from jobctl.store.protocol import Store


def command(
    ctx: typer.Context,
    watching: Annotated[
        bool, typer.Option("--watch", "-w", help="Redraw live; q or Ctrl-C leaves.", show_default=False)
    ] = False,
    interval: Annotated[
        float, typer.Option("--interval", metavar="SECONDS", min=0.1, help="How often `--watch` redraws at least.")
    ] = 1.0,
    as_json: Json = False,
    db: Db = None,
) -> None:
    """Show queues, daemons, what runs now, what comes next and what failed lately.

    Example: `jobctl status --watch`
    """
    with opened(ctx, db) as store:
        if as_json:
            from jobctl.shapes.views import status_json

            now = present()
            status = store.status(now)
            print_json(status_json(status, gone(status, now), now))
        elif watching:
            _watch(store, interval)
        else:
            _show(store)


def _show(store: "Store") -> None:
    from jobctl.cli.render.paint import show, terminal_width

    show(draw(store, state_folder(store), present(), terminal_width()))


def _watch(store: "Store", interval: float) -> None:
    from jobctl.cli.change_stamp import stamp_of
    from jobctl.cli.render.paint import rich, terminal_width
    from jobctl.cli.watch import watch

    folder = state_folder(store)
    watch(
        lambda: rich(draw(store, folder, present(), terminal_width(), shutil.get_terminal_size().lines)),
        interval,
        stamp_of(store),
    )


def draw(store: "Store", folder: "StateFolder", now: datetime, width: int, height: int | None = None) -> "list[Line]":
    """The picture at `now` as lines."""
    from jobctl.cli.render.status import status_lines

    seen = picture(store, folder, now)
    return status_lines(
        seen.status, now, width, height, said=seen.said, gone=gone(seen.status, now), deployed=seen.deployed
    )


def gone(status: "Status", now: datetime) -> set[int]:
    """The daemons that are known to be dead, also before their silence tells."""
    from jobctl.actions import liveness

    return {daemon.daemon_id for daemon in liveness.gone(status.daemons, now)}
