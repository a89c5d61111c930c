"""`jobctl daemon`: schedule and execute until told to stop."""

import os
import sys

import typer

from jobctl.cli.commands.serve.daemon import options as option
from jobctl.cli.context import opened, state_folder
from jobctl.cli.options import Db
from jobctl.cli.times import duration
from jobctl.daemon.signals import Signals
from jobctl.model.errors import UsageError

_LONGEST_NAME = 100


def command(
    ctx: typer.Context,
    catalog: option.Catalog = None,
    watch_catalog: option.WatchCatalog = False,
    slots: option.Slots = None,
    queue: option.Queue = None,
    until_idle: option.UntilIdle = False,
    grace: option.Grace = "30s",
    log_format: option.LogFormat = "text",
    name: option.Name = None,
    tee: option.Tee = False,
    dry_run: option.DryRun = False,
    db: Db = None,
) -> None:
    """Schedule and execute until told to stop.

    SIGTERM or Ctrl-C stops taking work, waits up to `--grace` for what runs, then interrupts it: interrupted runs go
    back to waiting. A second signal stops at once. SIGHUP applies the catalog again and leaves running work alone.

    With `--dry-run` it watches beside another scheduler: the jobs of `--catalog` (no database is needed), else the
    deployed ones, disabled ones too.

    Example: `jobctl daemon --catalog jobs.yaml --slots 8`
    """
    from jobctl.actions.enqueue.request import check_queue
    from jobctl.daemon.journal import open_journal
    from jobctl.daemon.settings import Settings, default_slots

    if name is not None and not (name.strip() and name.isprintable() and len(name) <= _LONGEST_NAME):
        hint = "leave it out for the host's name"
        raise UsageError(f"--name: expected a line of 1 to {_LONGEST_NAME} characters", hint=hint)
    for served in queue or ():
        check_queue(served)
    patience = duration("--grace", grace)
    open_journal(sys.stderr, log_format)
    if dry_run:
        from jobctl.cli.commands.serve.daemon.dry_run import dry_run as watch

        watch(ctx, catalog or [], db, as_json=log_format == "json", until_idle=until_idle)
        return
    settings = Settings(
        name=name,
        slots=slots or default_slots(),
        queues=tuple(queue or ()),
        grace=patience,
        until_idle=until_idle,
        catalogs=tuple(str(path) for path in catalog or ()),
        watch_catalog=watch_catalog,
    )
    # Before anything slow: to the first process of a container a SIGTERM that nobody hears is lost for good.
    with Signals() as signals:
        from jobctl.daemon.migration_notice import told
        from jobctl.daemon.outlet import Outlet
        from jobctl.daemon.start import serve

        with opened(ctx, db, creates=True, migrates=True, migrating=told(os.environ)) as store:
            serve(store, state_folder(store), settings, os.environ, signals, Outlet(1).write if tee else None)
