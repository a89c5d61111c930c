"""The options of `jobctl enqueue`."""

from typing import Annotated

import typer

from jobctl.cli.complete import complete_job, complete_queue
from jobctl.cli.options import MOST_RETRIES
from jobctl.decide.runs.overlap import POLICIES

_ADHOC, _MANY = "A command that no catalog names", "Many at once"

Job = Annotated[str | None, typer.Argument(metavar="[JOB]", help="A deployed job.", autocompletion=complete_job)]
Params = Annotated[
    list[str] | None,
    typer.Option("--param", "-p", metavar="NAME=VALUE", help="A param of the job; repeat it."),
]
Delay = Annotated[str | None, typer.Option("--in", metavar="DURATION", help="Not before so long from now, like `10m`.")]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="INSTANT", help="Not before; without an offset in this machine's zone."),
]
Priority = Annotated[
    int | None,
    typer.Option("--priority", metavar="N", help="Higher first  \\[default: the job's]"),
]
Queue = Annotated[
    str | None,
    typer.Option("--queue", metavar="Q", help="Another queue than the job's.", autocompletion=complete_queue),
]
Key = Annotated[
    str | None,
    typer.Option("--key", metavar="KEY", help="Idempotency: while a run of the job holds it, that is the answer."),
]
Overlap = Annotated[
    str | None,
    typer.Option("--overlap", metavar="POLICY", help=f"{', '.join(POLICIES)}: another policy than the job's."),
]
ScheduledFor = Annotated[
    str | None,
    typer.Option(
        "--scheduled-for", metavar="INSTANT", help="A run for this nominal time of the schedule, if it has none."
    ),
]
Waits = Annotated[
    bool, typer.Option("--wait", help="Wait until the run has ended, and exit as it did.", show_default=False)
]
Source = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="FILE|-", help='Lines like {"job": "x", "params": {}, "key": "k"}.', rich_help_panel=_MANY
    ),
]
FromDate = Annotated[
    str | None,
    typer.Option("--from-date", metavar="DATE", help="A run for each nominal time since then.", rich_help_panel=_MANY),
]
ToDate = Annotated[
    str | None,
    typer.Option("--to-date", metavar="DATE", help="Up to there  \\[default: now]", rich_help_panel=_MANY),
]
Name = Annotated[
    str | None,
    typer.Option("--name", metavar="NAME", help="What to call it  \\[default: CMD]", rich_help_panel=_ADHOC),
]
Retry = Annotated[
    int | None,
    typer.Option("--retry", metavar="N", min=0, max=MOST_RETRIES, help="So many retries.", rich_help_panel=_ADHOC),
]
Timeout = Annotated[
    str | None,
    typer.Option("--timeout", metavar="DURATION", help="Of one attempt.", rich_help_panel=_ADHOC),
]
Cwd = Annotated[
    str | None,
    typer.Option("--cwd", metavar="FOLDER", help="Where it runs  \\[default: here]", rich_help_panel=_ADHOC),
]
Env = Annotated[
    list[str] | None,
    typer.Option("--env", metavar="NAME", help="Pass this variable on; repeat it.", rich_help_panel=_ADHOC),
]
