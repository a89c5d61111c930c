"""`jobctl retry`: run finished runs again."""

from typing import Annotated

import typer

from jobctl.actions.find import unknown_run
from jobctl.actions.retry import retry
from jobctl.cli.context import actor, opened
from jobctl.cli.context import now as present
from jobctl.cli.options import Db, Json
from jobctl.cli.output import note, print_line
from jobctl.cli.refusals import tell_refusals
from jobctl.cli.selection import ByJob, ByQueue, Runs, by_state, picked, print_answers
from jobctl.cli.waiting_notes import say_what_holds
from jobctl.decide.runs.states import FINISHED
from jobctl.model.errors import JobctlError, Refused
from jobctl.store.protocol import Store
from jobctl.store.values import Retried

_FEW = 20


def command(
    ctx: typer.Context,
    runs: Runs = None,
    job: ByJob = None,
    state: Annotated[str | None, by_state("Those in this state  \\[default: failed]")] = None,
    queue: ByQueue = None,
    every: Annotated[bool, typer.Option("--all", help="All that failed.", show_default=False)] = False,
    changed: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="NAME=VALUE", help="Change this param; repeat it.", show_default=False),
    ] = None,
    as_json: Json = False,
    db: Db = None,
) -> int:
    """Run finished runs again, under their ids, with a fresh retry budget and the definition they were enqueued with.

    Exits with 4 if a run has not finished or another run holds its key, with 3 if there is none with this id.

    Examples: `jobctl retry 1841 --with size=128` or `jobctl retry --job import-orders`
    """
    with opened(ctx, db) as store:
        ids, named = picked(store, runs, job, queue, state, every, ("failed",), FINISHED)
        answers = retry(store, ids, changed or (), actor(), present())
        retried = [answer.run_id for answer in answers if answer.answer == "waiting"]
        say_what_holds(store, (), _queues(store, retried[:_FEW]), present())
    if as_json:
        print_answers(answers)
    else:
        _tell(retried)
    if not named:
        _note_wrapped(answers)
    return tell_refusals(_refusals(answers, named), as_json)


def _queues(store: Store, run_ids: list[int]) -> list[str]:
    runs = (store.run(run_id) for run_id in run_ids)
    return list(dict.fromkeys(run.queue for run in runs if run is not None))


def _tell(retried: list[int]) -> None:
    if len(retried) > _FEW:
        print_line(f"{len(retried)} runs: waiting again")
        return
    for run_id in retried:
        print_line(f"run {run_id}: waiting again")


def _note_wrapped(answers: list[Retried]) -> None:
    count = sum(answer.answer == "wrapped" for answer in answers)
    if count:
        runs = "1 run of a wrapped command is" if count == 1 else f"{count} runs of wrapped commands are"
        note(f"{runs} left alone: run what wraps them again")


def _refusals(answers: list[Retried], named: bool) -> list[JobctlError]:
    errors: list[JobctlError] = []
    for run_id, answer in answers:
        if answer == "held":
            errors.append(
                Refused(f"the key of run {run_id} is held by another run", hint="`jobctl runs --key KEY` shows which")
            )
        elif answer == "live" and named:
            errors.append(Refused(f"run {run_id} has not finished", hint=f"`jobctl cancel {run_id}` ends it"))
        elif answer == "wrapped" and named:
            said = f"run {run_id} is of a command that `jobctl exec` wraps: nobody else can execute it"
            errors.append(Refused(said, hint="run the line that wraps it again"))
        elif answer == "unknown" and named:
            errors.append(unknown_run(run_id))
    return errors
