"""Options that several verbs share."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

MOST_RETRIES = 1_000_000


def at_most(most: int) -> Callable[[int | None], int | None]:
    """A check of a number that is bounded only by what a database can hold: help need not tell such a bound."""

    def check(value: int | None) -> int | None:
        if value is not None and abs(value) > most:
            raise typer.BadParameter(f"{value} is too large a number")
        return value

    return check


RootDb = Annotated[
    str | None,
    typer.Option(
        "--db",
        metavar="URL",
        envvar="JOBCTL_DB",
        help="The database: a path or `sqlite:///path`.",
        show_default=False,
    ),
]
# A verb's own option must not read JOBCTL_DB: it would win over a `--db` that stands before the verb.
Db = Annotated[
    str | None,
    typer.Option(
        "--db",
        metavar="URL",
        help="The database: a path or `sqlite:///path`; else JOBCTL_DB.",
        show_default=False,
    ),
]
CorrelationId = Annotated[
    str | None,
    typer.Option(
        "--correlation-id",
        metavar="ID",
        envvar="JOBCTL_CORRELATION_ID",
        help="Ties together what belongs together.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print plain data for programs.")]
Prune = Annotated[
    bool, typer.Option("--prune", help="Retire deployed jobs that came from other catalogs too.", show_default=False)
]
CatalogPaths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[PATH]..",
        help="Files or folders; else those of JOBCTL_CATALOG, else `jobs.yaml`.",
        show_default=False,
    ),
]
