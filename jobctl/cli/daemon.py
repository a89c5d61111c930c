"""`jobctl daemon`: schedule and execute until told to stop."""

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from jobctl.cli.context import opened, state_folder
from jobctl.cli.moment import duration
from jobctl.cli.options import Db
from jobctl.daemon.signals import Signals
from jobctl.model.errors import UsageError

_LONGEST_NAME, _MOST_SLOTS = 100, 10_000


def command(
    ctx: typer.Context,
    catalog: Annotated[
        list[Path] | None,
        typer.Option(
            "--catalog",
            metavar="PATH",
            envvar="JOBCTL_CATALOG",
            help="Apply this catalog at start and on SIGHUP; repeat it.",
            show_default=False,
        ),
    ] = None,
    watch_catalog: Annotated[
        bool, typer.Option("--watch-catalog", help="Apply it also when its files change.")
    ] = False,
    slots: Annotated[
        int | None,
        typer.Option(
            "--slots",
            min=1,
            max=_MOST_SLOTS,
            metavar="N",
            help="Runs at a time (default: the greater of 4 and 2 x CPUs).",
        ),
    ] = None,
    queue: Annotated[
        list[str] | None,
        typer.Option("--queue", metavar="Q", help="Serve only this queue; repeat it."),
    ] = None,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="End when nothing runs and nothing is due or in retry backoff.")
    ] = False,
    grace: Annotated[
        str, typer.Option("--grace", metavar="DURATION", help="How long a stop waits for runs before it ends them.")
    ] = "30s",
    log_format: Annotated[
        Literal["text", "json"], typer.Option("--log-format", help="How the daemon's own log is written, on stderr.")
    ] = "text",
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="What others call this daemon (default: the host's name)."),
    ] = None,
    tee: Annotated[bool, typer.Option("--tee", help="Copy what jobs write to stdout, for containers.")] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Execute and record nothing: print on stdout what would have fired, as it comes."
        ),
    ] = False,
    db: Db = None,
) -> None:
    """Schedule and execute until told to stop.

    SIGTERM or Ctrl-C stops taking work, waits up to `--grace` for what runs, then interrupts it: interrupted runs go
    back to waiting. A second signal stops at once. SIGHUP applies the catalog again and leaves running work alone.

    With `--dry-run` it watches beside another scheduler: the jobs of `--catalog` (no database is needed), else the
    deployed ones, disabled ones too.

    Example: `jobctl daemon --catalog jobs.yaml --slots 8`
    """
    from jobctl.actions.request import check_queue
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
        from jobctl.cli.daemon_dry_run import dry_run as watch

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
        from jobctl.daemon.migrating import told
        from jobctl.daemon.start import serve

        with opened(ctx, db, creates=True, migrating=told(os.environ)) as store:
            serve(store, state_folder(store), settings, os.environ, signals, _pass_on if tee else None)


def _pass_on(chunk: bytes) -> None:
    sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()
