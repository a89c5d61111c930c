"""What `pause` and `resume` are about."""

from typing import Annotated

import typer

from jobctl.cli.complete import complete_job, complete_queue
from jobctl.model.errors import UsageError

Jobs = Annotated[
    list[str] | None,
    typer.Argument(metavar="[JOB]..", help="Deployed jobs.", autocompletion=complete_job, show_default=False),
]
Queues = Annotated[
    list[str] | None,
    typer.Option("--queue", metavar="Q", help="A queue; repeat it.", autocompletion=complete_queue, show_default=False),
]


def named(jobs: list[str] | None, queues: list[str] | None) -> tuple[list[str], list[str]]:
    """The jobs and queues, each once. Raises UsageError if there are none."""
    if not jobs and not queues:
        raise UsageError("which job or queue?", hint="name jobs, or give `--queue Q`")
    return list(dict.fromkeys(jobs or ())), list(dict.fromkeys(queues or ()))
