"""The options of `jobctl daemon`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

_MOST_SLOTS = 10_000

Catalog = Annotated[
    list[Path] | None,
    typer.Option(
        "--catalog",
        metavar="PATH",
        envvar="JOBCTL_CATALOG",
        help="Apply this catalog at start and on SIGHUP; repeat it.",
        show_default=False,
    ),
]
WatchCatalog = Annotated[bool, typer.Option("--watch-catalog", help="Apply it also when its files change.")]
Slots = Annotated[
    int | None,
    typer.Option(
        "--slots",
        min=1,
        max=_MOST_SLOTS,
        metavar="N",
        help="Runs at a time (default: the greater of 4 and 2 x CPUs).",
    ),
]
Queue = Annotated[
    list[str] | None,
    typer.Option("--queue", metavar="Q", help="Serve only this queue; repeat it."),
]
UntilIdle = Annotated[
    bool, typer.Option("--until-idle", help="End when nothing runs and nothing is due or in retry backoff.")
]
Grace = Annotated[
    str, typer.Option("--grace", metavar="DURATION", help="How long a stop waits for runs before it ends them.")
]
LogFormat = Annotated[
    Literal["text", "json"], typer.Option("--log-format", help="How the daemon's own log is written, on stderr.")
]
Name = Annotated[
    str | None,
    typer.Option("--name", metavar="NAME", help="What others call this daemon (default: the host's name)."),
]
Tee = Annotated[bool, typer.Option("--tee", help="Copy what jobs write to stdout, for containers.")]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Execute and record nothing: print on stdout what would have fired, as it comes."),
]
