"""`jobctl init`: a first catalog."""

from pathlib import Path
from typing import Annotated

import typer

from jobctl.actions.init import init
from jobctl.cli.output import note, print_line


def command(
    path: Annotated[Path, typer.Argument(metavar="[FILE]", help="Where to write it.")] = Path("jobs.yaml"),
) -> None:
    """Write a commented jobs.yaml to start from, never over an existing file.

    Example: `jobctl init && jobctl validate`
    """
    init(path)
    print_line(str(path))
    where = "" if path == Path("jobs.yaml") else f" {path}"
    note(f"next: edit it, then `jobctl validate{where}` and `jobctl apply{where}`")
