"""Options that several verbs share."""

from typing import Annotated

import typer

Db = Annotated[
    str | None,
    typer.Option(
        "--db",
        metavar="URL",
        envvar="JOBCTL_DB",
        help="The database: a path, `sqlite:///path`, or `postgresql://...`.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print plain data for programs.")]
