"""Runs named one by one, or by a filter."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from jobctl.actions.find import Selection, known_queues, refuse_unknown_job, select
from jobctl.cli.complete import complete_job, complete_queue, complete_run, complete_run_or_job, complete_state
from jobctl.cli.context import now as present
from jobctl.cli.output import note, print_json
from jobctl.cli.run_ids import run_ids
from jobctl.decide.runs.states import STATES
from jobctl.decide.text.closest import did_you_mean
from jobctl.model.errors import UsageError
from jobctl.store.protocol import Store
from jobctl.store.values import Cancelled, Retried

Runs = Annotated[
    list[str] | None,
    typer.Argument(metavar="[RUN]..", help="Ids of runs.", autocompletion=complete_run, show_default=False),
]
RunOrJob = Annotated[
    str, typer.Argument(metavar="RUN|JOB", help="A run's id or a job's name.", autocompletion=complete_run_or_job)
]
ByJob = Annotated[
    str | None, typer.Option("--job", metavar="JOB", help="All runs of this job.", autocompletion=complete_job)
]
ByQueue = Annotated[
    str | None, typer.Option("--queue", metavar="Q", help="All runs in this queue.", autocompletion=complete_queue)
]


def by_state(which: str) -> Any:
    """The option `--state` of a verb that says in `which` what it means without one."""
    return typer.Option("--state", metavar="STATE", help=which, autocompletion=complete_state)


def picked(
    store: Store,
    runs: Sequence[str] | None,
    job: str | None,
    queue: str | None,
    state: str | None,
    every: bool,
    usual: tuple[str, ...],
    possible: tuple[str, ...],
) -> tuple[list[int], bool]:
    """The ids that are meant, and whether they were named one by one.

    A filter without `state` is about `usual`; one with a state that is not `possible` would select in vain.
    """
    filters = (job, queue, state)
    if runs and (every or any(filters)):
        raise UsageError(
            "ids and filters exclude each other", hint="name runs, or give --job, --state, --queue or --all"
        )
    if runs:
        return run_ids(runs), True
    if not (every or any(filters)):
        raise UsageError("which runs?", hint="name runs, or give --job, --state, --queue or --all")
    check_state(state)
    if state is not None and state not in possible:
        raise UsageError(
            f"--state: nothing can be done about runs that are {state}", hint=f"it is one of {', '.join(possible)}"
        )
    found = select(store, Selection((state,) if state else usual, job, queue))
    if not found:
        say_nothing_matches(store, job, queue)
    return found, False


def print_answers(answers: Sequence[Cancelled] | Sequence[Retried]) -> None:
    """What became of each run, for programs."""
    print_json([{"id": answer.run_id, "answer": answer.answer} for answer in answers])


def say_nothing_matches(store: Store, job: str | None, queue: str | None) -> None:
    """A note that no run matches, and whether a name is known. Raises NotFound for a job that never was."""
    if job is not None:
        refuse_unknown_job(store, job)
    known = set() if queue is None else known_queues(store, present())
    if queue is None or queue in known:
        note("no run matches")
        return
    note(f"no run matches: there is no queue `{queue}`{did_you_mean(queue, known)}")


def check_state(state: str | None) -> None:
    """Raises UsageError for a `--state` that does not exist."""
    if state is not None and state not in STATES:
        raise UsageError(f"--state: there is no state `{state}`", hint=f"it is one of {', '.join(STATES)}")
