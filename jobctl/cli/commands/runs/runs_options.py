"""The options of `jobctl runs`."""

from typing import Annotated

import typer

from jobctl.cli.complete import complete_job, complete_queue
from jobctl.cli.options import at_most
from jobctl.cli.selection import by_state
from jobctl.decide.runs.states import STATES
from jobctl.decide.text.run_id import LARGEST

_MOST = 2**31 - 1

State = Annotated[str | None, by_state(f"One of {', '.join(STATES)}.")]
Job = Annotated[str | None, typer.Option("--job", metavar="JOB", help="Runs of this job.", autocompletion=complete_job)]
Queue = Annotated[
    str | None, typer.Option("--queue", metavar="Q", help="Runs in this queue.", autocompletion=complete_queue)
]
Key = Annotated[str | None, typer.Option("--key", metavar="KEY", help="Runs with this idempotency key.")]
Tag = Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Runs of jobs with this tag.")]
Since = Annotated[str | None, typer.Option("--since", metavar="WHEN", help="Created since: `1h` ago, or an instant.")]
Until = Annotated[str | None, typer.Option("--until", metavar="WHEN", help="Created before: `1h` ago, or an instant.")]
ExitCode = Annotated[
    int | None, typer.Option("--exit-code", metavar="N", callback=at_most(_MOST), help="Ended with this code.")
]
CorrelationId = Annotated[str | None, typer.Option("--correlation-id", metavar="ID", help="Runs that belong together.")]
Search = Annotated[
    str | None,
    typer.Option(
        "--search", metavar="TEXT", help="Text in job name, params, key, correlation id or error, not output."
    ),
]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, callback=at_most(_MOST), help="At most so many.")]
Before = Annotated[
    int | None,
    typer.Option("--before", metavar="ID", callback=at_most(LARGEST), help="Only runs older than this one."),
]
