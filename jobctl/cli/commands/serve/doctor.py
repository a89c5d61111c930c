"""`jobctl doctor`: find what is wrong and say what to do."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from jobctl.actions.doctor.checks import Check, examine, in_bytes
from jobctl.cli.change_stamp import database_file
from jobctl.cli.context import now as present
from jobctl.cli.context import opened, state_folder
from jobctl.cli.options import Db, Json
from jobctl.cli.output import note, print_json
from jobctl.model.errors import Unusable
from jobctl.store.protocol import Store

_LARGE = 1024**3


def command(
    ctx: typer.Context,
    only_live: Annotated[
        bool, typer.Option("--live", help="Only ask whether a daemon has been seen in the last 30 s: for containers.")
    ] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Leave out what reads the whole database file.")] = False,
    as_json: Json = False,
    db: Db = None,
) -> int:
    """Find what is wrong and say what to do; exit status 1 if something is.

    Example: `jobctl doctor`
    """
    try:
        with opened(ctx, db) as store:
            checks = _look(store, only_live=only_live, whole=not quick)
    except Unusable as error:
        if only_live:
            raise
        checks = [Check("database", "problem", error.message, error.hint)]
    _tell(checks, as_json)
    return int(any(check.verdict == "problem" for check in checks))


def _look(store: Store, *, only_live: bool, whole: bool) -> list[Check]:
    from jobctl.actions import liveness
    from jobctl.actions.doctor.daemons import astray, health, of_a_copy, serve_another, strays
    from jobctl.actions.doctor.machine import examine_files
    from jobctl.actions.doctor.zone import examine_zone
    from jobctl.catalog.zone import machine_zone

    now, daemons = present(), store.daemons()
    gone = liveness.gone(daemons, now)
    place = database_file(store.url)
    stray = strays((d for d in liveness.here(daemons) if d not in gone), place)
    elsewhere = serve_another(stray, state_folder(store).root)
    daemons = [daemon for daemon in daemons if daemon not in elsewhere]
    stray = [daemon for daemon in stray if daemon not in elsewhere]
    if only_live:
        return health(daemons, gone, stray, now)
    if whole and place is not None:
        _say_what_lasts(place)
    found = [Check("database", "ok", store.url), *examine(store, gone, now, whole=whole), *astray(stray)]
    zone = examine_zone(machine_zone(os.environ), store.deployed().zone, now)
    return [*found, zone, *of_a_copy(elsewhere), *examine_files(place, state_folder(store))]


def _say_what_lasts(database: Path) -> None:
    """To somebody who waits."""
    size = database.stat().st_size
    if size > _LARGE and sys.stderr.isatty():
        note(f"reading the whole database file, {in_bytes(size)}; `--quick` leaves that out")


def _tell(checks: Sequence[Check], as_json: bool) -> None:
    if as_json:
        from jobctl.shapes.views import checks_json

        print_json(checks_json(checks))
        return
    from jobctl.cli.render.doctor import doctor_lines
    from jobctl.cli.render.paint import show, terminal_width

    show(doctor_lines(checks, terminal_width()))
